/** A screen without a screen: signs in to a browser shell by its address and calls the core over its WebSocket. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import type { DeviceClient } from '#shared/rpc/contract.ts';

export interface ConnectedDevice {
  readonly rpc: DeviceClient;
  close(): void;
}

/** @param url what the device's ready line said, with its token. */
export async function connectDevice(url: string): Promise<ConnectedDevice> {
  const page = new URL(url);
  const entered = await fetch(page, { redirect: 'manual' });
  const [cookie] = (entered.headers.get('set-cookie') ?? '').split(';');
  if (cookie === undefined || cookie === '')
    throw new Error(`${page.origin} gave no cookie for its token: ${entered.status}`);
  const socket = new WebSocket(`ws://${page.host}/rpc`, { headers: { cookie, origin: page.origin } });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  const rpc: DeviceClient = createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }));
  return { rpc, close: () => socket.close() };
}
