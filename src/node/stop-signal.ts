/** The wish of a person or a supervisor that this process ends. */

// Not SIGHUP: a listener of it would undo `nohup`.
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** Ctrl+C is told by the terminal to every process it started, and told again by npm and by a parent: one wish all the same. */
const SAME_WISH_MS = 1000;

export interface StopWish {
  /** Called once. */
  readonly stop: (signal: NodeJS.Signals) => void;
  /** Whoever asks again does not want to wait. */
  readonly hurry: () => void;
}

/** @returns what lets go of the signals: the next one ends the process as if nobody had listened. */
export function onStopSignal({ stop, hurry }: StopWish, now: () => number = () => performance.now()): () => void {
  let asked: number | undefined;
  const heard = (signal: NodeJS.Signals): void => {
    if (asked === undefined) {
      asked = now();
      stop(signal);
    } else if (now() - asked > SAME_WISH_MS) hurry();
  };
  for (const signal of SIGNALS) process.on(signal, heard);
  return () => {
    for (const signal of SIGNALS) process.off(signal, heard);
  };
}
