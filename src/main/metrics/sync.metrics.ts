/** How a device stands with its server, for whoever watches many. */
import { Gauge, type Registry } from 'prom-client';
import type { SyncStatus } from '#shared/rpc/device.contract.ts';

export function registerSyncMetrics(registry: Registry, status: () => SyncStatus): void {
  const registers = [registry];
  new Gauge({
    name: 'prilavok_sync_unsent',
    help: 'Changes made here that the server has not confirmed.',
    registers,
    collect() {
      this.set(status().unsent);
    },
  });
  new Gauge({
    name: 'prilavok_sync_online',
    help: '1 while the server answers, else 0.',
    registers,
    collect() {
      this.set(status().state === 'online' ? 1 : 0);
    },
  });
}
