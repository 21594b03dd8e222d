/** A gauge that is listened to for as long as somebody measures, and called again when its link drops. */
import type { Logger } from '#main/core.ts';
import type { ThicknessValue } from '#shared/diagnostics/thickness.schema.ts';
import type { GaugeTrouble } from './gauge.port.ts';
import { readGaugeLine } from './gauge.rules.ts';
import type { OpenTextLink } from './links/text.link.ts';

/** K-95: longer than a gauge takes to wake, shorter than a guest's patience. */
const CONNECT_MS = 10_000;
const RETRY_MS = 2000;
/** A line is ten characters: more without an end is noise. */
const LONGEST_LINE = 200;

/** Below this a gauge may not last for the next body, percent. */
const LOW_BATTERY = 10;

export interface GaugeListener {
  readonly onReady: (isReady: boolean) => void;
  readonly onReading: (value: ThicknessValue) => void;
  /** Of one measurement each trouble is told once. */
  readonly onTrouble: (trouble: GaugeTrouble) => void;
}

/** Listens until the signal aborts. Never rejects. */
export async function listenToGauge(
  open: OpenTextLink,
  { onReady, onReading, onTrouble }: GaugeListener,
  signal: AbortSignal,
  log: Logger,
): Promise<void> {
  const told = new Set<GaugeTrouble>();
  const tell = (trouble: GaugeTrouble): void => {
    if (told.has(trouble)) return;
    told.add(trouble);
    onTrouble(trouble);
  };
  // One that sleeps in its holder wakes at the first call and answers the second.
  let unanswered = 0;
  while (!signal.aborted) {
    try {
      const link = await open(AbortSignal.any([signal, AbortSignal.timeout(CONNECT_MS)]));
      unanswered = 0;
      onReady(true);
      let rest = '';
      link.onText((text) => {
        const lines = `${rest}${text}`.split(/[\r\n]+/);
        rest = (lines.pop() ?? '').slice(-LONGEST_LINE);
        for (const line of lines) {
          const said = readGaugeLine(line);
          if (said?.kind === 'reading') onReading(said.value);
          if (said?.kind === 'battery' && said.percent <= LOW_BATTERY) tell('flat');
        }
      });
      await new Promise<void>((resolve) => {
        link.onClose(resolve);
        signal.addEventListener('abort', () => link.close(), { once: true });
        if (signal.aborted) link.close();
      });
      if (!signal.aborted) {
        log.info('the thickness gauge went away');
        tell('lost');
      }
    } catch (error) {
      if (!signal.aborted) {
        log.info('the thickness gauge does not answer', { reason: String(error) });
        unanswered += 1;
        if (unanswered > 1 && !told.has('lost')) tell('away');
      }
    }
    if (signal.aborted) return;
    onReady(false);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, RETRY_MS);
      signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
    });
  }
}
