/** How the process ends. Supervisors act on these (systemd, Shell Launcher's exit code actions), so they do not change. */
export const EXIT = {
  quit: 0,
  /** Stopping failed or took too long. */
  stopFailed: 1,
  badConfig: 2,
  /** The device could not start; the reason is in the log and was on the screen. */
  startFailed: 3,
  /** The page kept crashing. */
  crashLoop: 4,
  /** A fault of the core that nobody expected: better a fresh start than a till in an unknown state. */
  fault: 5,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
