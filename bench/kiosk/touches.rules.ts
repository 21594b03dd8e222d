/** What a guest touches, by the words on it. */
import checks from '../../src/renderer/app/i18n/ru/checks.json' with { type: 'json' };
import common from '../../src/renderer/app/i18n/ru/common.json' with { type: 'json' };
import kiosk from '../../src/renderer/app/i18n/ru/kiosk.json' with { type: 'json' };
import report from '../../src/renderer/app/i18n/ru/report.json' with { type: 'json' };

export const INVITATION = kiosk.attract.touch;
export const START_SCAN = checks.connect.start;
/** A scan that read the car, and one that did not. */
export const SCAN_ENDS = { read: checks.done, failed: checks.failed.give_back } as const;
/** The way out of a result, and what the screen of its report shows. */
export const RESULT = { leave: checks.done, report: report.done } as const;

/** What leads on before what leads back. */
const ON: readonly string[] = [
  kiosk.contact.skip,
  kiosk.confirm.pay,
  kiosk.pay.again,
  checks.connect.start,
  kiosk.resume.go_on,
  kiosk.receipt.done,
  checks.failed.give_back,
  checks.done,
  report.done,
  kiosk.thanks.done,
  kiosk.broken.reset,
  common.action.retry,
];

/** Touches that lead to another screen without waiting for somebody else: a bank, a register, a car. */
const IN_THE_PAGE: readonly string[] = [
  kiosk.attract.touch,
  kiosk.contact.skip,
  kiosk.confirm.pay,
  kiosk.receipt.done,
  checks.done,
  report.done,
  kiosk.thanks.done,
];

export interface Touch {
  readonly words: string;
  /** It says more than its name. */
  readonly isCard: boolean;
  /** Another screen comes of it at once. */
  readonly leadsOn: boolean;
  readonly choosesService: boolean;
  /** The body is left, and a report of it begun. */
  readonly endsMeasuring: boolean;
}

/** What a guest of this kind touches on a screen with these buttons; `whim` is in [0, 1). */
export function nextTouch(
  buttons: readonly string[],
  kind: 'diagnostics' | 'thickness',
  whim: () => number,
): Touch | undefined {
  const has = (words: string): boolean => buttons.includes(words);
  const startsWith = (words: string): boolean => buttons.some((one) => one.startsWith(words));
  const plain = { isCard: false, leadsOn: false, choosesService: false, endsMeasuring: false };
  if (buttons.some((one) => one.includes(INVITATION))) return { ...plain, words: INVITATION, leadsOn: true };
  const service = kiosk.kind[kind].name;
  if (startsWith(service)) return { ...plain, words: service, isCard: true, leadsOn: true, choosesService: true };
  if (startsWith(checks.body.sedan)) return { ...plain, words: checks.body.sedan, isCard: true };
  // A body is measured at one zone and left: an incomplete report is a report.
  if (has(checks.ask.keep) && has(checks.ask.drop)) return { ...plain, words: checks.ask.drop, endsMeasuring: true };
  if (has(checks.measure.plastic)) {
    return { ...plain, words: whim() < 0.5 ? checks.measure.plastic : checks.measure.finish };
  }
  const words = ON.find(has);
  return words === undefined ? undefined : { ...plain, words, leadsOn: IN_THE_PAGE.includes(words) };
}
