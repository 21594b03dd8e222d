/**
 * The lines of a thickness gauge, ended by CR, LF or both, in ASCII; the gauge speaks by itself, nothing is sent to it:
 *
 *     T 118 FE     118 micrometres, on steel (FE) or aluminium (AL)
 *     T -- --      no metal under the probe: plastic, or filler thicker than it reads
 *     B 87         percent of its battery
 *
 * A line of another form is noise.
 */
import { MAX_MICROMETRES, type ThicknessValue, UNREADABLE } from '#shared/diagnostics/thickness.schema.ts';

export type GaugeLine =
  | { readonly kind: 'reading'; readonly value: ThicknessValue }
  | { readonly kind: 'battery'; readonly percent: number };

export function readGaugeLine(line: string): GaugeLine | undefined {
  const text = line.replace(/[^\x20-\x7e]/g, '').trim();
  if (/^T -- --$/.test(text)) return { kind: 'reading', value: UNREADABLE };
  const [, micrometres] = /^T (\d{1,4}) (?:FE|AL)$/.exec(text) ?? [];
  if (micrometres !== undefined) {
    const value = Number(micrometres);
    return value > MAX_MICROMETRES ? undefined : { kind: 'reading', value };
  }
  const [, percent] = /^B (\d{1,3})$/.exec(text) ?? [];
  return percent === undefined || Number(percent) > 100 ? undefined : { kind: 'battery', percent: Number(percent) };
}
