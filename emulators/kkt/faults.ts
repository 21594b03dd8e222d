/** Faults armed from outside, each taken at one named point of the register's work. */
import { z } from 'zod';

export const FAULT_POINTS = [
  /** The link drops as a document is about to be written; the fiscal memory stays as it was. */
  'before_fn_write',
  /** The document is written and printed, then the link drops without an answer. */
  'after_fn_write_before_answer',
  /** The document is written, then there is no paper for it: error 44, `continue_print` after paper is loaded. */
  'paper_out_after_write',
  /** The register says nothing for `seconds`, before a command is done or (`when: after`) after it. */
  'hang',
  /** A new connection is refused with error 3. */
  'port_busy',
  /** At once: the open shift becomes older than 24 hours. */
  'shift_expired',
  /** The fiscal memory refuses to begin or write a document: error 137. */
  'fn_blocked',
  /** `check_document_closed` answers error 2. */
  'link_error_on_check',
  /** The register dies as by a pulled plug: at once, or `when` before or after the next write. */
  'kill',
] as const;
export type FaultPoint = (typeof FAULT_POINTS)[number];

const WHENS = ['now', 'before', 'after'] as const;
type When = (typeof WHENS)[number];

export const Fault = z.strictObject({
  point: z.enum(FAULT_POINTS),
  /** How often it strikes before it is gone. */
  times: z.int().min(1).max(1_000_000).default(1),
  /** Of `hang`. */
  seconds: z.number().positive().max(3600).default(30),
  /** Strikes only in this method (`close_receipt`); in any when absent. */
  method: z
    .string()
    .regex(/^[a-z_]+$/)
    .optional(),
  /** Of `hang` (`before`, the default, or `after` the command) and `kill` (`now`, the default, or around a write). */
  when: z.enum(WHENS).optional(),
});
export type Fault = z.infer<typeof Fault>;

export interface Faults {
  arm(fault: Fault): void;
  /** Takes one strike of an armed fault, or `undefined`. */
  take(point: FaultPoint, method: string, when?: When): Fault | undefined;
  list(): readonly Fault[];
  clear(): void;
}

const DEFAULT_WHEN: Partial<Record<FaultPoint, When>> = { hang: 'before', kill: 'now' };

export function newFaults(onChange: () => void): Faults {
  let armed: Fault[] = [];
  const replace = (next: Fault[]): void => {
    armed = next;
    onChange();
  };
  return {
    arm: (fault) => replace([...armed, fault]),
    take(point, method, when) {
      const found = armed.find(
        (fault) =>
          fault.point === point &&
          (fault.method === undefined || fault.method === method) &&
          (when === undefined || (fault.when ?? DEFAULT_WHEN[point]) === when),
      );
      if (found === undefined) return undefined;
      replace(
        armed.flatMap((fault) =>
          fault !== found ? fault : fault.times > 1 ? { ...fault, times: fault.times - 1 } : [],
        ),
      );
      return found;
    },
    list: () => armed,
    clear: () => replace([]),
  };
}
