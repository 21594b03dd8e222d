/** The live line of headquarters' pages. A hint makes the page read again; while there is no line, it reads by itself. */
import type { QueryClient } from '@tanstack/react-query';
import { io } from 'socket.io-client';
import { create } from 'zustand';
import { HqChanged } from '#shared/hq/hq.api.ts';
import { hqKeys } from '../../app/hq.tsx';

export type LiveState = 'connecting' | 'online' | 'offline';

export const useLiveState = create<{ readonly state: LiveState }>()(() => ({ state: 'connecting' }));

const AGAIN_MS = 3000;

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
  // Socket.IO reconnects by itself after a broken line, but not after a server that said goodbye or refused.
  let timer: ReturnType<typeof setTimeout> | undefined;
  const again = () => {
    if (socket.active) return;
    clearTimeout(timer);
    timer = setTimeout(() => socket.connect(), AGAIN_MS);
  };
  socket.on('connect', () => {
    become('online');
    // What changed while nobody listened is unknown, and the first reading was begun before anybody did.
    void queryClient.invalidateQueries({ queryKey: ['hq'] });
  });
  socket.on('disconnect', () => {
    become('offline');
    again();
  });
  socket.on('connect_error', ({ message }) => {
    become('offline');
    // The session may have ended: asking who we are shows the sign-in page, or that all is well.
    if (message.startsWith('auth.')) void queryClient.invalidateQueries({ queryKey: hqKeys.me });
    again();
  });
  socket.on('changed', (hint: unknown) => applyHint(queryClient, hint));
  return () => {
    clearTimeout(timer);
    socket.close();
    become('connecting');
  };
}
