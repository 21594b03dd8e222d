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
