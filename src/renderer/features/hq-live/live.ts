/** The live line of headquarters' and partners' pages. A hint makes the page read again; while there is no line, it reads by itself. */
import type { QueryClient } from '@tanstack/react-query';
import { io } from 'socket.io-client';
import { create } from 'zustand';
import { HqChanged } from '#shared/hq/hq.api.ts';
import { PartnerChanged } from '#shared/partner/partner.api.ts';
import { hqKeys } from '../../app/hq.tsx';
import { partnerKeys } from '../../app/partner.tsx';

export type LiveState = 'connecting' | 'online' | 'offline';

export const useLiveState = create<{ readonly state: LiveState }>()(() => ({ state: 'connecting' }));

const AGAIN_MS = 3000;

/** How often lists are read anew while no hints come. */
export const POLL_MS = 20_000;
export const usePolling = (): number | false => useLiveState(({ state }) => (state === 'offline' ? POLL_MS : false));

type Key = readonly string[];

/** Whose pages listen: where, to what, and what they read again. */
interface Line {
  readonly namespace: string;
  /** What all their query keys begin with. */
  readonly root: string;
  /** Keys of what the hint names; undefined when it cannot be read. */
  readonly keysOf: (hint: unknown) => readonly Key[] | undefined;
  /** What somebody waits for: read before the rest of what it belongs to, and by itself. */
  readonly first?: Key;
}

export const HQ_LINE: Line = {
  namespace: '/hq',
  root: 'hq',
  keysOf: (hint) => HqChanged.safeParse(hint).data?.collections.map((collection) => hqKeys[collection]),
};
export const PARTNER_LINE: Line = {
  namespace: '/partner',
  root: 'partner',
  keysOf: (hint) => PartnerChanged.safeParse(hint).data?.collections.map((collection) => partnerKeys[collection]),
  first: partnerKeys.newOrders,
};

const isWithin = (key: readonly unknown[], root: Key): boolean => root.every((part, at) => key[at] === part);

/**
 * Re-reads what hints name; one that cannot be read re-reads everything, which is only slower. Hints that come during a
 * reading wait for its end and are then read together: a new reading gives the one before up, and a busy shop would
 * have its pages begin again and again. What comes first waits for no reading but its own.
 */
export function createHints(
  queryClient: Pick<QueryClient, 'invalidateQueries'>,
  { first, root, keysOf }: Line,
): (hint: unknown) => Promise<void> {
  const readFirst = createReader((key) => queryClient.invalidateQueries({ queryKey: key }));
  const readRest = createReader((key) =>
    queryClient.invalidateQueries({
      queryKey: key,
      ...(first === undefined ? {} : { predicate: ({ queryKey }) => !isWithin(queryKey, first) }),
    }),
  );
  return async (hint) => {
    const keys = keysOf(hint) ?? [[root]];
    if (first !== undefined && keys.some((key) => isWithin(first, key))) await readFirst([first]);
    await readRest(keys);
  };
}

/** One reading at a time; what is asked for meanwhile is read after it, once. */
function createReader(readOne: (key: Key) => Promise<void>): (keys: readonly Key[]) => Promise<void> {
  let waiting = new Map<string, Key>();
  let reading: Promise<void> | undefined;
  const read = async (): Promise<void> => {
    while (waiting.size > 0) {
      const keys = [...waiting.values()];
      waiting = new Map();
      await Promise.all(keys.map(readOne));
    }
    reading = undefined;
  };
  return (keys) => {
    for (const key of keys) waiting.set(key.join(), key);
    reading ??= read();
    return reading;
  };
}

/** Listens until the returned function is called. */
export function followLive(queryClient: QueryClient, line: Line): () => void {
  const socket = io(line.namespace, { transports: ['websocket', 'polling'], reconnectionDelayMax: 10_000 });
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
    void queryClient.invalidateQueries({ queryKey: [line.root] });
  });
  socket.on('disconnect', () => {
    become('offline');
    // From now on it reads by itself. If there is nobody to read from either, a person is to see it now.
    void queryClient.invalidateQueries({ queryKey: [line.root] });
    again();
  });
  socket.on('connect_error', ({ message }) => {
    become('offline');
    // The session may have ended: asking who we are shows the sign-in page, or that all is well.
    if (message.startsWith('auth.')) void queryClient.invalidateQueries({ queryKey: hqKeys.me });
    again();
  });
  const take = createHints(queryClient, line);
  socket.on('changed', (hint: unknown) => void take(hint));
  return () => {
    clearTimeout(timer);
    socket.close();
    become('connecting');
  };
}
