/** What a desk remembers over a restart, besides commands: whether it listens, how, and what the server said last. */
import { z } from 'zod';
import type { Core } from '#main/core.ts';
import { Millis } from '#shared/kernel/schemas.ts';
import { findKept, forgetAnswers, keep } from './exchange.repo.ts';

const Remembered = z.object({
  isListening: z.boolean().default(false),
  /** As a person chose it here; absent: as the settings say. */
  isAutoConfirmed: z.boolean().optional(),
  lastPolledAt: Millis.optional(),
  lastCommandId: z.string().optional(),
  opened: z.object({ commandId: z.string(), at: Millis }).optional(),
});
type Remembered = z.infer<typeof Remembered>;

const ANSWERS = ['dashboard', 'overview', 'transactions'] as const;
export type AnswerName = (typeof ANSWERS)[number];
const KeptAnswer = z.object({ userId: z.string(), at: Millis, value: z.unknown() });

export interface DeskMemory {
  get(): Remembered;
  set(change: Partial<Remembered>): void;
  answer(name: AnswerName, userId: string): { readonly at: number; readonly value: unknown } | undefined;
  keepAnswer(name: AnswerName, answer: { readonly userId: string; readonly at: number; readonly value: unknown }): void;
  /** Of whoever was signed in. */
  forgetAnswers(): void;
}

export function createDeskMemory({ db }: Pick<Core, 'db'>): DeskMemory {
  const get = (): Remembered => Remembered.safeParse(findKept(db, 'state')).data ?? { isListening: false };
  return {
    get,
    set: (change) => db.transaction((tx) => keep(tx, 'state', { ...get(), ...change }), { behavior: 'immediate' }),
    answer: (name, userId) => {
      const kept = KeptAnswer.safeParse(findKept(db, `answer.${name}`)).data;
      return kept?.userId === userId ? kept : undefined;
    },
    keepAnswer: (name, answer) => db.transaction((tx) => keep(tx, `answer.${name}`, answer), { behavior: 'immediate' }),
    forgetAnswers: () => db.transaction((tx) => forgetAnswers(tx), { behavior: 'immediate' }),
  };
}
