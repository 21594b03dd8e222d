import { describe, expect, it, test } from 'vitest';
import { type Attempt, begin, failWith, IDLE, isUnderWay, resume, succeed } from './attempt.ts';

const draft = {
  lines: [{ itemId: 'a', quantityMilli: 1000 }],
  discount: { kind: 'percent', basisPoints: 500 } as const,
  settlement: { tenders: [{ type: 'card' as const, sumMinor: 100 }], changeMinor: 0 },
};
const counter = () => {
  let made = 0;
  return () => `id-${++made}`;
};
const reply = { orderId: 'o', orderNumber: 'C-1', taskId: 't', totalMinor: 100, changeMinor: 0 };
const requestOf = (attempt: Attempt) => ('request' in attempt ? attempt.request : undefined);

describe('one sale for one attempt', () => {
  it('makes the id once, however often the button is pressed', () => {
    const newId = counter();
    const first = begin(IDLE, draft, newId);
    expect(begin(first, draft, newId)).toBe(first);
    expect(requestOf(first)?.id).toBe('id-1');
  });

  it('repeats the very same request after a dropped line', () => {
    const sent = begin(IDLE, draft, counter());
    const lost = failWith(sent, 'id-1', 'app.unavailable', new Error('dropped'));
    expect(lost.phase).toBe('uncertain');
    expect(isUnderWay(lost)).toBe(true);
    expect(begin(lost, { ...draft, lines: [] }, counter())).toBe(lost);
    expect(resume(lost)).toEqual(sent);
  });

  it('begins anew, with a new id, after a refusal', () => {
    const newId = counter();
    const refused = failWith(begin(IDLE, draft, newId), 'id-1', 'payments.amount_mismatch', 'why');
    expect(refused).toEqual({ phase: 'refused', error: 'why' });
    expect(requestOf(begin(refused, draft, newId))?.id).toBe('id-2');
  });

  it('is made by the answer to it', () => {
    expect(succeed(begin(IDLE, draft, counter()), 'id-1', reply)).toEqual({ phase: 'made', reply });
  });

  it('does not listen to answers of another attempt', () => {
    const sent = begin(IDLE, draft, counter());
    expect(succeed(sent, 'id-9', reply)).toBe(sent);
    expect(failWith(sent, 'id-9', 'app.internal', undefined)).toBe(sent);
    expect(succeed(IDLE, 'id-1', reply)).toBe(IDLE);
  });
});

test.each([
  ['app.unavailable', 'uncertain'],
  ['app.internal', 'uncertain'],
  ['staff.not_signed_in', 'refused'],
  ['payments.amount_mismatch', 'refused'],
  ['fiscal.register_not_configured', 'refused'],
] as const)('%s leaves it %s', (code, phase) => {
  expect(failWith(begin(IDLE, draft, counter()), 'id-1', code, undefined).phase).toBe(phase);
});
