/** A form that saves itself: each burst of typing, at the latest half a second after it, and at once when it is left. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { type ReadField, settled, unsaved } from './autosave.rules.ts';
import { typedOf, useDrafts, useTyped } from './draft.store.ts';

/** After the last key. */
const PAUSE_MS = 400;
/** What nobody took is offered again. */
const RETRY_MS = 3000;

export type SaveState = 'idle' | 'typing' | 'saving' | 'saved' | 'failed';

export interface AutosaveOptions {
  /** Which form of which client. */
  readonly form: string;
  /** The file's text of each field. */
  readonly now: Readonly<Record<string, string>>;
  readonly read: ReadField;
  /** Resolves when the file that the page shows holds the values. */
  readonly save: (set: Readonly<Record<string, unknown>>) => Promise<unknown>;
}

export interface Autosave {
  readonly state: SaveState;
  readonly error: unknown;
  /** Fields whose text cannot be saved, once they were left or are asked for. */
  readonly wrong: ReadonlySet<string>;
  /** Fields that stand otherwise on the page than in the file. */
  readonly isTyped: (field: string) => boolean;
  readonly value: (field: string) => string;
  readonly write: (field: string, text: string) => void;
  readonly focus: (field: string) => void;
  readonly blur: (field: string) => void;
  /** Saves what can be saved now. @returns whether nothing is left unsaved. */
  readonly flush: () => Promise<boolean>;
}

export function useAutosave(options: AutosaveOptions): Autosave {
  const { form, now } = options;
  const typed = useTyped(form);
  const { write: keep, drop } = useDrafts.getState();
  const current = useRef(options);
  const focused = useRef<string>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const saving = useRef<Promise<void>>(undefined);
  const again = useRef(() => undefined as void);
  const [state, setState] = useState<SaveState>('idle');
  const [error, setError] = useState<unknown>();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  useLayoutEffect(() => {
    current.current = options;
  });

  const tidy = useCallback(() => {
    const { form: name, now: file, read } = current.current;
    const done = settled(typedOf(name), file, read, focused.current);
    if (done.length > 0) drop(name, done);
  }, [drop]);

  const flush = useCallback(async (): Promise<boolean> => {
    clearTimeout(timer.current);
    await saving.current;
    const { form: name, now: file, read, save } = current.current;
    const { set, wrong } = unsaved(typedOf(name), file, read);
    if (Object.keys(set).length === 0) {
      setState((was) => (was === 'typing' ? 'idle' : was));
      return wrong.length === 0;
    }
    setState('saving');
    const sent = typedOf(name);
    let isDone = false;
    saving.current = save(set).then(
      () => {
        isDone = true;
        const now = typedOf(name);
        drop(
          name,
          Object.keys(set).filter((field) => now[field] === sent[field] && field !== focused.current),
        );
        setError(undefined);
        setState('saved');
      },
      (fault: unknown) => {
        setError(fault);
        setState('failed');
        timer.current = setTimeout(() => again.current(), RETRY_MS);
      },
    );
    await saving.current;
    saving.current = undefined;
    return isDone && wrong.length === 0;
  }, [drop]);

  useLayoutEffect(() => {
    again.current = () => void flush();
  }, [flush]);

  // The file came with what was typed, or with what somebody else wrote.
  useEffect(tidy, [tidy, now]);
  useEffect(() => {
    const leave = () => void flush();
    window.addEventListener('pagehide', leave);
    window.addEventListener('online', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      window.removeEventListener('online', leave);
      // Nobody types into what is gone: what the file holds by now is not kept beside it.
      focused.current = undefined;
      tidy();
      leave();
    };
  }, [flush, tidy, form]);

  const { wrong } = unsaved(typed, now, options.read);
  return {
    state,
    error,
    wrong: new Set(wrong.filter((field) => left.has(field))),
    isTyped: (field) => field in typed,
    value: (field) => typed[field] ?? now[field] ?? '',
    write: (field, text) => {
      keep(form, field, text);
      setState('typing');
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush(), PAUSE_MS);
    },
    focus: (field) => {
      focused.current = field;
    },
    blur: (field) => {
      focused.current = undefined;
      setLeft((all) => new Set([...all, field]));
      void flush().then(tidy);
    },
    flush: async () => {
      setLeft(new Set(Object.keys(typedOf(form))));
      return flush();
    },
  };
}
