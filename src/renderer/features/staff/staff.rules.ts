/** `Иванов Иван` → `ИИ`: what stands in the round of a person. */
export const initials = (name: string): string =>
  name
    .trim()
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word.charAt(0).toLocaleUpperCase())
    .join('');

export const PIN_MIN = 4;
export const PIN_MAX = 8;

/** A digit typed into a PIN; what is full stays as it is. */
export const typeDigit = (pin: string, digit: string): string => (pin.length < PIN_MAX ? pin + digit : pin);

/** Until when a member may not try, from the `params` of `staff.locked`; undefined when the fault does not say. */
export function lockedUntil(params: Readonly<Record<string, unknown>>): number | undefined {
  return typeof params['retryAt'] === 'number' ? params['retryAt'] : undefined;
}

/** The next of a list in a direction; past an end it begins anew. */
export function neighbourOf<T>(list: readonly T[], current: T, by: 1 | -1): T | undefined {
  return list[(list.indexOf(current) + by + list.length) % list.length];
}

/** What a supervisor has to know of an act, out of the facts of the refusal. `percent` is a share: 0.15. */
export function approvalFacts(facts: Readonly<Record<string, unknown>>): {
  readonly amountMinor?: number;
  readonly percent?: number;
  readonly number?: string;
} {
  const { totalMinor, amountMinor, discountMinor, fullMinor, number } = facts;
  const amount = [discountMinor, totalMinor, amountMinor].find((value) => typeof value === 'number');
  const isShare = typeof discountMinor === 'number' && typeof fullMinor === 'number' && fullMinor > 0;
  return {
    ...(amount === undefined ? {} : { amountMinor: amount }),
    ...(isShare ? { percent: discountMinor / fullMinor } : {}),
    ...(typeof number === 'string' ? { number } : {}),
  };
}
