import { expect, test } from 'vitest';
import { createTexts } from '../../app/i18n/i18n.ts';
import { outcomeWords } from './command-outcome.rules.ts';

const wipe = { order: { kind: 'wipe' }, state: 'refused', fault: 'expired' } as const;

test.each([
  [
    'ru',
    { receipts: 2, refunds: 1 },
    'спокойной минуты не нашлось; 2 чека ещё не пробиты; 1 возврат денег не закончен',
  ],
  ['en', { receipts: 1, refunds: 3 }, 'no quiet moment came; 1 receipt is not made yet; 3 refunds are not finished'],
  ['en', { receipts: 0, refunds: 0 }, 'no quiet moment came'],
  ['en', {}, 'no quiet moment came'],
] as const)('in %s, an erasure that waited for %j until it was too late: %s', async (language, details, said) => {
  const { t } = await createTexts(['console'], language);
  expect(outcomeWords(t, { ...wipe, details }, String).join('; ')).toBe(said);
});
