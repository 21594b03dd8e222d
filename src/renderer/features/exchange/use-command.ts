/** The command of a phone that stands before the person at the desk: as a question, then as what came of it. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { HandledCommand, IncomingCommand } from '#shared/rpc/exchange.contract.ts';
import { useApi } from '../../app/rpc.tsx';

interface Answered {
  readonly id: string;
  readonly previewId: string | undefined;
}

export interface DeskCommand {
  readonly incoming: IncomingCommand | undefined;
  /** Accepted here, and carried out by now or not. */
  readonly result: { readonly id: string; readonly handled: HandledCommand | undefined } | undefined;
  readonly clockOffsetMs: number;
  readonly isPutOff: boolean;
  readonly putOff: (isPutOff: boolean) => void;
  readonly accepted: (answered: Answered) => void;
  readonly seen: () => void;
}

const previewIdOf = ({ effect }: IncomingCommand): string | undefined =>
  effect.kind === 'sell' ? effect.preview.previewId : undefined;

/** @param onOpened a phone asked for the dashboard, and the desk may show it */
export function useDeskCommand(onOpened: () => void): DeskCommand {
  const api = useApi();
  // The time of the last poll changes with each of them, and is nobody's concern here.
  const { data } = useQuery(
    api.exchange.state.queryOptions({
      select: ({ incoming, opened, handled, clockOffsetMs }) => ({ incoming, opened, handled, clockOffsetMs }),
    }),
  );
  const [answered, setAnswered] = useState<Answered>();
  const [putOffId, setPutOffId] = useState<string>();
  const known = useRef<{ readonly opened: string | undefined }>(undefined);
  const opened = data?.opened?.commandId;
  const isRead = data !== undefined;
  useEffect(() => {
    if (!isRead) return;
    // What was opened before this page was is no news.
    const isNews = known.current !== undefined && known.current.opened !== opened;
    known.current = { opened };
    if (isNews && opened !== undefined) onOpened();
  }, [isRead, opened, onOpened]);

  const asked = data?.incoming;
  // An accepted command is asked about again when its price went away meanwhile.
  const isAnswered = asked !== undefined && asked.id === answered?.id && previewIdOf(asked) === answered.previewId;
  const incoming = isAnswered ? undefined : asked;
  const isResult = answered !== undefined && incoming?.id !== answered.id;
  return {
    incoming,
    result: isResult ? { id: answered.id, handled: data?.handled.find(({ id }) => id === answered.id) } : undefined,
    clockOffsetMs: data?.clockOffsetMs ?? 0,
    isPutOff: incoming !== undefined && incoming.id === putOffId,
    putOff: (isPutOff) => setPutOffId(isPutOff ? incoming?.id : undefined),
    accepted: setAnswered,
    seen: () => setAnswered(undefined),
  };
}
