/** The program that a device is, as its services need to know it. */
import type { LogEntry } from '#main/log/log.ts';

export interface Program {
  readonly version: string;
  readonly platform: string;
  /** Where the program is: it brings files along. */
  readonly folder: string;
  readonly events: () => readonly LogEntry[];
  readonly restart?: (() => void) | undefined;
  readonly leave?: (() => void) | undefined;
}
