/** What a report says, as plain data: equal content of one template gives equal bytes. */
import type { CarReading, Reading } from '#shared/diagnostics/diagnostics.schema.ts';
import { describeCode, type Urgency } from '#shared/diagnostics/dtc.rules.ts';
import { summarise } from '#shared/diagnostics/thickness.rules.ts';
import type { Measurement } from '#shared/diagnostics/thickness.schema.ts';
import type { ReportSummary } from '#shared/reports/reports.schema.ts';
import type { Language } from '#shared/visits/visits.schema.ts';

/** What every report begins and ends with. */
export interface ReportHead {
  readonly id: string;
  readonly visitId: string;
  readonly language: Language;
  /** Unix ms. */
  readonly createdAt: number;
  readonly timeZone: string;
  readonly letterhead: {
    readonly organization: string;
    readonly inn?: string;
    readonly shop: string;
    readonly address: string;
  };
  /** `Toyota Camry`, when the guest or an integration said. */
  readonly car?: string;
  /** Absent: there is no server whose copy it could open. */
  readonly copy?: { readonly url: string; readonly until: number };
}

export interface ReportFinding {
  readonly code: string;
  readonly urgency: Urgency;
  readonly title: string;
  readonly system: string;
  readonly advice: string;
  readonly isPending: boolean;
  readonly isPermanent: boolean;
}

export interface DiagnosticsContent extends ReportHead {
  readonly kind: 'diagnostics';
  /** When the car was read, where it was not here and now; Unix ms. */
  readonly measuredAt?: number;
  readonly findings: readonly ReportFinding[];
  readonly vin?: string;
  readonly lampOn?: boolean;
  readonly voltageMilli?: number;
  readonly checks?: { readonly done: number; readonly all: number };
  readonly unanswered: readonly Reading[];
  /** When codes were cleared afterwards, Unix ms. */
  readonly clearedAt?: number;
}

export interface ThicknessContent extends ReportHead {
  readonly kind: 'thickness';
  /** When the body was measured, where it was not here and now; Unix ms. */
  readonly measuredAt?: number;
  readonly measurement: Pick<Measurement, 'body' | 'norms'> & {
    readonly readings: readonly Pick<Measurement['readings'][number], 'zone' | 'value' | 'source' | 'at'>[];
  };
}
export type ReportContent = DiagnosticsContent | ThicknessContent;

/**
 * A code in words, the gravest first once sorted. What somebody else says of it wins over our own words.
 */
export function tellFinding(
  { code, kinds }: CarReading['findings'][number],
  language: Language,
  said: { readonly description?: string | undefined; readonly urgency?: Urgency | undefined } = {},
): ReportFinding {
  const told = describeCode(code, language);
  return {
    code,
    urgency: said.urgency ?? told.urgency,
    title: said.description ?? `${told.part}: ${told.wrong}`,
    system: told.system,
    advice: told.advice,
    isPending: kinds.every((kind) => kind === 'pending'),
    isPermanent: kinds.includes('permanent'),
  };
}

export const sortFindings = (findings: readonly ReportFinding[]): ReportFinding[] =>
  findings.toSorted((a, b) => a.urgency - b.urgency || a.code.localeCompare(b.code));

/** A report without its head: what was found, whoever's it is. */
export type ReportMatter = Omit<DiagnosticsContent, keyof ReportHead> | Omit<ThicknessContent, keyof ReportHead>;

/** What a reading of our own adapter says. */
export function matterOfReading(reading: CarReading, language: Language): ReportMatter & { kind: 'diagnostics' } {
  const { vin, lampOn, voltageMilli, ready, notReady, unanswered } = reading;
  const all = ready.length + notReady.length;
  return {
    kind: 'diagnostics',
    findings: sortFindings(reading.findings.map((finding) => tellFinding(finding, language))),
    ...(vin === undefined ? {} : { vin }),
    ...(lampOn === undefined ? {} : { lampOn }),
    ...(voltageMilli === undefined ? {} : { voltageMilli }),
    ...(all === 0 ? {} : { checks: { done: ready.length, all } }),
    unanswered,
  };
}

export function summaryOf(content: ReportMatter): ReportSummary {
  if (content.kind === 'diagnostics') {
    const count = (urgency: Urgency) => content.findings.filter((one) => one.urgency === urgency).length;
    return { now: count(1), soon: count(2), watch: count(3), incomplete: content.unanswered.length > 0 };
  }
  const { body, norms, readings } = content.measurement;
  const { counts, missing } = summarise(body, readings, norms);
  return {
    now: counts.filler,
    soon: counts.repainted + counts.thin,
    watch: counts.factory,
    incomplete: missing.length > 0,
  };
}

/** The worst verdict of a body, for its headline. */
export function headlineOf({ body, readings, norms }: ThicknessContent['measurement']) {
  const { counts, measured } = summarise(body, readings, norms);
  if (counts.filler > 0) return 'bad';
  if (counts.repainted > 0) return 'doubt';
  if (counts.thin > 0) return 'thin';
  return measured === 0 ? 'empty' : 'good';
}
