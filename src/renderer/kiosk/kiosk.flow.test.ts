import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ATTRACT, advance, endingOf, type Flow, type Move } from './kiosk.flow.ts';

const guest = { visitId: 'OBD-AAAA-000001', kind: 'diagnostics', contact: {} } as const;
const walk = (...moves: Move[]): Flow => moves.reduce(advance, ATTRACT);

const WHOLE: Move[] = [
  { kind: 'touched' },
  { kind: 'started', visitId: guest.visitId, service: 'diagnostics' },
  { kind: 'contact_given', contact: { email: 'a@b.ru' } },
  { kind: 'confirmed' },
  { kind: 'paid', orderId: 'o1' },
  { kind: 'receipt_done' },
  { kind: 'work_done' },
  { kind: 'report_done' },
];

it('goes from the first touch to the thank-you', () => {
  const steps = WHOLE.map((_, index) => walk(...WHOLE.slice(0, index + 1)).step);
  expect(steps).toEqual(['service', 'contact', 'confirm', 'pay', 'receipt', 'work', 'report', 'thanks']);
  expect(walk(...WHOLE)).toEqual({ step: 'thanks', guest: { ...guest, contact: { email: 'a@b.ru' } } });
});

it('goes back one question at a time, and never out of a payment', () => {
  const confirm = walk(...WHOLE.slice(0, 3));
  const contact = advance(confirm, { kind: 'back' });
  expect(contact).toEqual({ step: 'contact', guest: { ...guest, contact: { email: 'a@b.ru' } } });
  expect(advance(contact, { kind: 'back' })).toEqual({ step: 'service' });
  const pay = walk(...WHOLE.slice(0, 4));
  expect(advance(pay, { kind: 'back' })).toBe(pay);
  expect(advance(pay, { kind: 'payment_left' }).step).toBe('confirm');
});

const PHOTO: Move[] = [
  { kind: 'touched' },
  { kind: 'started', visitId: 'PHT-AAAA-000001', service: 'photo' },
  { kind: 'name_given', name: 'Анна' },
  { kind: 'contact_given', contact: { email: 'a@b.ru' } },
  { kind: 'photo_taken' },
  { kind: 'confirmed' },
  { kind: 'paid', orderId: 'o1' },
  { kind: 'receipt_done' },
  { kind: 'work_done' },
];

it('takes a photo between its owner and the price, and gives it after the receipt', () => {
  const steps = PHOTO.map((_, index) => walk(...PHOTO.slice(0, index + 1)).step);
  expect(steps).toEqual(['service', 'name', 'contact', 'photo', 'confirm', 'pay', 'receipt', 'work', 'thanks']);
  expect(walk(...PHOTO)).toMatchObject({ guest: { contact: { name: 'Анна', email: 'a@b.ru' } } });
});

it('goes back from a photo question by question, and keeps what was said', () => {
  const back = (flow: Flow) => advance(flow, { kind: 'back' });
  const confirm = walk(...PHOTO.slice(0, 5));
  const steps = [confirm, back(confirm), back(back(confirm)), back(back(back(confirm)))];
  expect(steps.map(({ step }) => step)).toEqual(['confirm', 'photo', 'contact', 'name']);
  expect(steps.at(-1)).toMatchObject({ guest: { contact: { name: 'Анна', email: 'a@b.ru' } } });
  expect(back(steps.at(-1) ?? confirm)).toEqual({ step: 'service' });
});

it('ignores an answer that comes too late', () => {
  expect(advance(ATTRACT, { kind: 'paid', orderId: 'o1' })).toBe(ATTRACT);
  const service = walk({ kind: 'touched' });
  expect(advance(service, { kind: 'confirmed' })).toBe(service);
});

it('takes up a payment that was going on before a restart, from the attract screen only', () => {
  const resumed: Move = { kind: 'resumed', guest, point: { step: 'pay' }, isServed: false };
  expect(advance(ATTRACT, resumed)).toEqual({ step: 'pay', guest });
  const service = walk({ kind: 'touched' });
  expect(advance(service, resumed)).toBe(service);
});

it.each([
  [
    { step: 'receipt', orderId: 'o1' },
    { step: 'receipt', guest, orderId: 'o1' },
  ],
  [{ step: 'work' }, { step: 'work', guest }],
  [{ step: 'report' }, { step: 'report', guest }],
] as const)('asks a guest who had paid first, and goes on with $step', (point, then) => {
  const asked = walk({ kind: 'resumed', guest, point, isServed: false });
  expect(asked.step).toBe('resume');
  expect(advance(asked, { kind: 'continued' })).toEqual(then);
  expect(advance(asked, { kind: 'gave_back', intentId: 'i1' })).toEqual({ step: 'returned', intentId: 'i1' });
  expect(advance(asked, { kind: 'back' })).toBe(asked);
  // Nobody is there any more: the core gives back what is owed.
  expect(endingOf(asked)?.end).toBe('expire');
  expect(endingOf(walk({ kind: 'resumed', guest, point, isServed: true }))?.end).toBe('complete');
});

describe('the end of a visit', () => {
  it.each([
    [WHOLE.slice(0, 1), undefined],
    [WHOLE.slice(0, 2), 'expire'],
    [WHOLE.slice(0, 4), 'expire'],
    // Paid for and not given: the core gives the money back.
    [WHOLE.slice(0, 5), 'expire'],
    [WHOLE.slice(0, 6), 'expire'],
    [[...WHOLE.slice(0, 6), { kind: 'gave_back', intentId: 'i1' }], undefined],
    [PHOTO.slice(0, 5), 'expire'],
    // Paid for: it is printed, whether the guest waits or not.
    [PHOTO.slice(0, 7), 'complete'],
    [PHOTO.slice(0, 8), 'complete'],
    [PHOTO, 'complete'],
    // The service was given: the report is only told of.
    [WHOLE.slice(0, 7), 'complete'],
    [WHOLE, 'complete'],
  ] as [Move[], string | undefined][])('%#', (moves, end) => {
    expect(endingOf(walk(...moves))?.end).toBe(end);
  });
});

const anyMove: fc.Arbitrary<Move> = fc.constantFrom<Move>(
  ...WHOLE,
  ...PHOTO,
  { kind: 'back' },
  { kind: 'payment_left' },
  { kind: 'resumed', guest, point: { step: 'pay' }, isServed: false },
  { kind: 'resumed', guest, point: { step: 'work' }, isServed: true },
  { kind: 'continued' },
  { kind: 'attendant_called' },
  { kind: 'gave_back', intentId: 'i1' },
  { kind: 'reset' },
);
it('holds no guest on the screens before a choice and after money went back, whatever happened before', () => {
  fc.assert(
    fc.property(fc.array(anyMove, { maxLength: 40 }), (moves) => {
      const flow = walk(...moves);
      const anonymous = ['attract', 'service', 'attendant', 'returned'].includes(flow.step);
      expect('guest' in flow).toBe(!anonymous);
      expect(advance(flow, { kind: 'reset' })).toEqual({ step: 'attract' });
    }),
  );
});
