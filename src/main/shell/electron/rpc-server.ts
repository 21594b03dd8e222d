import { randomUUID } from 'node:crypto';
import { RPCHandler } from '@orpc/server/message-port';
import type { MessagePortMain } from 'electron';
import type { DeviceRouter } from '#main/rpc/router.ts';
import type { CallContext } from '#main/rpc/rpc.ts';
import type { Mode } from '#shared/kernel/mode.ts';

/** Serves the device's router on a window's port, as the mode of that window. */
export function createPortServer(router: DeviceRouter, contextFor: (connectionId: string) => CallContext) {
  const handler = new RPCHandler<CallContext>(router);
  return (port: MessagePortMain, mode: Mode): void =>
    handler.upgrade(port, { context: { ...contextFor(randomUUID()), mode } });
}
