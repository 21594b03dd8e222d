/** A form that saves itself: each burst of typing, at the latest half a second after it, and at once when it is left. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { AppError } from '#shared/kernel/errors.ts';
import { type Meanwhile, overtaken, type ReadField, settled, unsaved } from './autosave.rules.ts';
import { basisOf, typedOf, useDrafts, useTyped } from './draft.store.ts';
import { useDraftKeeper } from './draft-keeper.ts';

/** After the last key. */
const PAUSE_MS = 400;
/** What nobody took is offered again. */
const RETRY_MS = 3000;

/** `stale`: somebody else was first, and what they wrote is being looked at; `disputed`: a person has to say whose is right. */
export type SaveState = 'idle' | 'typing' | 'saving' | 'saved' | 'failed' | 'stale' | 'disputed';

export interface AutosaveOptions extends Pick<Meanwhile, 'whole' | 'masked'> {
  /** Which form of which client. */
  readonly form: string;
  /** The file's text of each field. */
  readonly now: Readonly<Record<string, string>>;
  readonly read: ReadField;
  /** Of the file that `now` is of; absent where edits of several people merge by themselves. */
  readonly version: string | undefined;
  /** Of the file as it was fetched last: the page may be about to show it. */
  readonly latest: () => string | undefined;
  /** Resolves when the file that the page shows holds the values. */
  readonly save: (set: Readonly<Record<string, unknown>>, seen: string | undefined) => Promise<unknown>;
}

export interface Autosave {
  readonly state: SaveState;
  readonly error: unknown;
  /** Fields whose text cannot be saved, once they were left or are asked for. */
  readonly wrong: ReadonlySet<string>;
  /** What is not saved yet would not outlive this page. */
  readonly isOnlyHere: boolean;
  /** Fields that stand otherwise on the page than in the file. */
  readonly isTyped: (field: string) => boolean;
  readonly value: (field: string) => string;
  readonly write: (field: string, text: string) => void;
  readonly focus: (field: string) => void;
  readonly blur: (field: string) => void;
  /** Saves what can be saved now. @returns whether nothing is left unsaved. */
  readonly flush: () => Promise<boolean>;
  /** Fields that somebody else changed under this hand. */
  readonly disputed: readonly string[];
  /** Whose values of these fields are right. */
  readonly settle: (whose: 'mine' | 'theirs') => void;
}

const isStale = (fault: unknown): boolean => fault instanceof AppError && fault.code === 'clients.changed_meanwhile';

export function useAutosave(options: AutosaveOptions): Autosave {
  const { form, now } = options;
  const typed = useTyped(form);
  const { write: keep, drop, stand } = useDrafts.getState();
  const current = useRef(options);
  const focused = useRef<string>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const saving = useRef<Promise<boolean>>(Promise.resolve(true));
  const again = useRef(() => undefined as void);
  const [state, setState] = useState<SaveState>('idle');
  const [error, setError] = useState<unknown>();
  // What was left unsaved, here or before a reload, is wrong at once.
  const [left, setLeft] = useState<ReadonlySet<string>>(() => new Set(Object.keys(typedOf(form))));
  const { keep: keepDraft, isOnlyHere } = useDraftKeeper(form);
  useLayoutEffect(() => {
    current.current = options;
  });

  const tidy = useCallback(() => {
    const { form: name, now: file, read } = current.current;
    const done = settled(typedOf(name), file, read, focused.current);
    if (done.length > 0) drop(name, done);
  }, [drop]);

  /** @param saved what the file has by now, though this page may not show it yet. */
  const keepRest = useCallback(
    (saved: Readonly<Record<string, string>> = {}) => {
      const { form: name, now: file, read, masked, latest } = current.current;
      const typing = typedOf(name);
      const { set, wrong } = unsaved(typing, file, read);
      const rest = [...Object.keys(set), ...wrong].filter((field) => saved[field] !== typing[field]);
      const { version = latest(), was = file } = basisOf(name) ?? {};
      keepDraft({
        typed: Object.fromEntries(rest.map((field) => [field, typing[field] ?? ''])),
        was: masked === undefined ? was : {},
        ...(version === undefined ? {} : { version }),
      });
    },
    [keepDraft],
  );

  const saveOnce = useCallback(async (): Promise<boolean> => {
    clearTimeout(timer.current);
    const { form: name, now: file, read, latest, save } = current.current;
    const { set, wrong } = unsaved(typedOf(name), file, read);
    if (Object.keys(set).length === 0) {
      setState((was) => (was === 'typing' ? 'idle' : was));
      keepRest();
      return wrong.length === 0;
    }
    setState('saving');
    const sent = typedOf(name);
    const basis = basisOf(name) ?? { version: latest(), was: file, sent: {} };
    stand(name, { ...basis, sent: { ...basis.sent, ...sent } });
    let isDone = false;
    await save(set, basis.version).then(
      () => {
        isDone = true;
        const now = typedOf(name);
        drop(
          name,
          Object.keys(set).filter((field) => now[field] === sent[field] && field !== focused.current),
        );
        stand(name, undefined);
        setError(undefined);
        setState('saved');
      },
      (fault: unknown) => {
        setError(fault);
        if (isStale(fault)) {
          setState('stale');
          return;
        }
        setState('failed');
        timer.current = setTimeout(() => again.current(), RETRY_MS);
      },
    );
    keepRest(isDone ? Object.fromEntries(Object.keys(set).map((field) => [field, sent[field] ?? ''])) : {});
    return isDone && wrong.length === 0;
  }, [drop, stand, keepRest]);

  /** One after another: two at once would be of the same version, and the second of them refused for the first. */
  const flush = useCallback((): Promise<boolean> => {
    saving.current = saving.current.then(saveOnce);
    return saving.current;
  }, [saveOnce]);

  useLayoutEffect(() => {
    again.current = () => void flush();
  }, [flush]);

  useEffect(() => {
    // As the page shows it: a version that was fetched and not shown yet would be judged by the texts of the one before.
    const { version, now: file, ...rest } = current.current;
    const basis = basisOf(form);
    if (state !== 'stale' || basis === undefined || basis.version === version) return;
    if (overtaken(basis, { ...rest, now: file, typed: typedOf(form) }).length > 0) {
      setState('disputed');
      return;
    }
    // Something else of the file was changed: what is typed goes upon it.
    stand(form, { version, was: file, sent: {} });
    void flush();
  }, [state, form, options.version, stand, flush]);

  // What was left unsaved here is offered again.
  useEffect(() => {
    if (Object.keys(typedOf(form)).length > 0) timer.current = setTimeout(() => again.current(), PAUSE_MS);
  }, [form]);

  // The file came with what was typed, or with what somebody else wrote.
  useEffect(tidy, [tidy, now]);
  useEffect(() => {
    const leave = () => void flush();
    const hide = () => {
      // Whether the save arrives, nobody will be here to see.
      keepRest();
      leave();
    };
    window.addEventListener('pagehide', hide);
    window.addEventListener('online', leave);
    return () => {
      window.removeEventListener('pagehide', hide);
      window.removeEventListener('online', leave);
      // Nobody types into what is gone: what the file holds by now is not kept beside it.
      focused.current = undefined;
      tidy();
      leave();
    };
  }, [flush, keepRest, tidy, form]);

  const basis = basisOf(form);
  const disputed = state === 'disputed' && basis !== undefined ? overtaken(basis, { ...options, typed }) : [];
  const settle = (whose: 'mine' | 'theirs') => {
    if (whose === 'theirs')
      drop(form, options.whole?.some((one) => disputed.includes(one)) ? [...disputed, ...options.whole] : disputed);
    // Of what the person has seen: a third value that is fetched and not shown yet was chosen by nobody.
    stand(form, { version: options.version ?? options.latest(), was: now, sent: {} });
    void flush();
  };
  const { wrong } = unsaved(typed, now, options.read);
  return {
    state,
    error,
    disputed,
    settle,
    wrong: new Set(wrong.filter((field) => left.has(field))),
    isOnlyHere,
    isTyped: (field) => field in typed,
    value: (field) => typed[field] ?? now[field] ?? '',
    write: (field, text) => {
      const { latest, read } = current.current;
      if (basisOf(form) === undefined || Object.keys(unsaved(typedOf(form), now, read).set).length === 0) {
        stand(form, { version: latest(), was: now, sent: {} });
      }
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
