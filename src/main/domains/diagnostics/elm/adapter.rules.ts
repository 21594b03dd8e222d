/** Which adapter answers, and whether it is what it says. Most on sale are copies; some lie about their version. */

export interface AdapterIdentity {
  /** As it calls itself: `ELM327 v1.5`. */
  readonly name: string;
  /** Claims a version whose commands it does not know, or one that was never made. */
  readonly isClone: boolean;
}

/** Elm Electronics never sold a 1.5; every adapter that says so is a copy. */
const NEVER_MADE = '1.5';

/** @param said lines of `ATZ` or `ATI`. Nothing when it speaks another language than ELM's. */
export function identifyAdapter(said: readonly string[]): AdapterIdentity | undefined {
  for (const line of said) {
    const [name, version] = /(?:ELM|OBDII|OBDLink|STN)\S*(?:\s*v?(\d+\.\d+\w*))?/i.exec(line) ?? [];
    if (name !== undefined) return { name: name.trim(), isClone: version === NEVER_MADE };
  }
  return undefined;
}

/** Does this adapter claim a version from 2.0 on? Those know `ATAMC`, and a copy of an older chip does not. */
export const claimsVersion2 = ({ name }: AdapterIdentity): boolean => /v[2-9]\.\d/.test(name);

/** Below this the adapter hangs on a cable of its own: a car's battery gives more even when it is flat. */
const LEAST_CAR_MILLIVOLTS = 6000;

/** `12.3V` in thousandths of a volt. Nothing when the adapter cannot measure. */
export function readVoltage(lines: readonly string[]): number | undefined {
  for (const line of lines) {
    const [, volts] = /^(\d{1,2}(?:\.\d+)?)\s*V?$/i.exec(line.trim()) ?? [];
    if (volts !== undefined) return Math.round(Number(volts) * 1000);
  }
  return undefined;
}

export const isInCar = (voltageMilli: number | undefined): boolean =>
  voltageMilli === undefined || voltageMilli >= LEAST_CAR_MILLIVOLTS;
