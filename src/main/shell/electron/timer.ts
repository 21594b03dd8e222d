/** Runs `work` once after `ms`; the answer cancels it. Passed in, so that a test owns the time. */
export type After = (ms: number, work: () => void) => () => void;
