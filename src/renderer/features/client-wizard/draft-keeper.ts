/** Keeps what is typed and not saved outside this page, so that a reload brings it back. */
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import type { Draft } from '#shared/clients/drafts.schema.ts';
import { type ManagerSource, managerKeys, useManager } from '../../app/manager.tsx';
import { useDrafts } from './draft.store.ts';

const SEPARATOR = '/';
/** Under this name a form's text is on the page. */
export const formKey = (clientId: string, form: string): string => `${clientId}${SEPARATOR}${form}`;

/** One after another: the last that was typed is the last that is kept. */
let going: Promise<unknown> = Promise.resolve();

function keepNow(source: ManagerSource, key: string, draft: Draft): void {
  const { kept, noteKept } = useDrafts.getState();
  const said = JSON.stringify(draft.typed);
  if (said === (kept[key]?.said ?? '{}')) return;
  noteKept(key, { said, isSafe: true });
  const [id = '', form = ''] = key.split(SEPARATOR);
  going = going.then(() =>
    source.keepDraft(id, form, draft).catch(() => {
      // Nobody took it: what is typed next is offered again, and the page says that it alone has it.
      if (useDrafts.getState().kept[key]?.said === said) noteKept(key, { said: '', isSafe: said === '{}' });
    }),
  );
}

export interface DraftKeeper {
  readonly keep: (draft: Draft) => void;
  /** Nobody but this page has what was kept last. */
  readonly isOnlyHere: boolean;
}

export function useDraftKeeper(key: string): DraftKeeper {
  const source = useManager();
  const isOnlyHere = useDrafts(({ kept }) => kept[key]?.isSafe === false);
  useEffect(() => {
    // A window of a device is closed without being asked anything.
    if (!isOnlyHere || source.kind === 'device') return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isOnlyHere, source.kind]);
  const keep = useCallback((draft: Draft) => keepNow(source, key, draft), [source, key]);
  return { keep, isOnlyHere };
}

/** @returns whether the file's forms can be shown: what was typed into them before is there, or nobody can say. */
export function useKeptDrafts(clientId: string): boolean {
  const source = useManager();
  const isRestored = useDrafts(({ restored }) => restored.includes(clientId));
  const found = useQuery({
    queryKey: managerKeys.drafts(clientId),
    queryFn: async ({ signal }) => {
      const drafts = Object.entries(await source.drafts(clientId, signal));
      useDrafts.getState().restore(
        clientId,
        drafts.map(([form, draft]) => [formKey(clientId, form), draft]),
      );
      return true;
    },
    enabled: !isRestored,
    retry: false,
    gcTime: 0,
  });
  return isRestored || !found.isPending;
}
