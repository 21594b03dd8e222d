/** The live line of headquarters' pages. A hint makes the page read again; while there is no line, it reads by itself. */
import type { QueryClient } from '@tanstack/react-query';
import { io } from 'socket.io-client';
import { create } from 'zustand';
import { HqChanged } from '#shared/hq/hq.api.ts';
import { hqKeys } from '../../app/hq.tsx';

export type LiveState = 'connecting' | 'online' | 'offline';

export const useLiveState = create<{ readonly state: LiveState }>()(() => ({ state: 'connecting' }));

/** How often lists are read anew while no hints come. */
export const POLL_MS = 20_000;
export const usePolling = (): number | false => useLiveState(({ state }) => (state === 'offline' ? POLL_MS : false));

/** Re-reads what a hint names; a hint that cannot be read re-reads everything, which is only slower. */
export function applyHint(queryClient: Pick<QueryClient, 'invalidateQueries'>, hint: unknown): void {
  const changed = HqChanged.safeParse(hint);
  if (!changed.success) {
    void queryClient.invalidateQueries({ queryKey: ['hq'] });
    return;
  }
  for (const collection of changed.data.collections) {
    void queryClient.invalidateQueries({ queryKey: hqKeys[collection] });
  }
}

/** Listens until the returned function is called. */
export function followLive(queryClient: QueryClient): () => void {
  const socket = io('/hq', { transports: ['websocket', 'polling'], reconnectionDelayMax: 10_000 });
  const become = (state: LiveState) => useLiveState.setState({ state });
  let wasOnline = false;
  socket.on('connect', () => {
    become('online');
    // What changed while nobody listened is unknown.
    if (wasOnline) void queryClient.invalidateQueries({ queryKey: ['hq'] });
    wasOnline = true;
  });
  socket.on('disconnect', () => become('offline'));
  socket.on('connect_error', () => become('offline'));
  socket.on('changed', (hint: unknown) => applyHint(queryClient, hint));
  return () => {
    socket.close();
    become('connecting');
  };
}
