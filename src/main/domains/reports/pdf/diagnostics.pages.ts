import { INNER, type Ink, LEADING, PAGE, type Paper, type TextStyle } from '#node/pdf/paper.ts';
import type { Urgency } from '#shared/diagnostics/dtc.rules.ts';
import type { DiagnosticsContent, ReportFinding } from '../report-content.ts';
import { drawBanner, drawFacts, drawPassage, type Fact, type Tone } from './frame.ts';
import { fill, formatMoment, formatNumber, type Words } from './words.ts';

const X = PAGE.margin;
const INK_OF: Readonly<Record<Urgency, { readonly strong: Ink; readonly soft: Ink }>> = {
  1: { strong: 'red', soft: 'redSoft' },
  2: { strong: 'amber', soft: 'amberSoft' },
  3: { strong: 'blue', soft: 'blueSoft' },
};
/** Without these a list without faults says nothing about the car. */
const MUST_ANSWER = ['stored', 'pending'] as const;

export function drawDiagnostics(paper: Paper, content: DiagnosticsContent, words: Words): void {
  const { findings, unanswered, language, timeZone, clearedAt } = content;
  const own = words.diagnostics;
  drawFacts(paper, factsOf(content, words));
  const isUnsure = MUST_ANSWER.some((one) => unanswered.includes(one));
  const tone: Tone = findings.some(({ urgency }) => urgency === 1) ? 'bad' : findings.length > 0 ? 'warn' : 'good';
  if (findings.length > 0) {
    drawBanner(paper, tone, { title: fill(own.found, { n: findings.length }), text: own.foundText });
  } else if (isUnsure) drawBanner(paper, 'warn', { title: own.partly });
  else drawBanner(paper, 'good', { title: own.clean, text: own.cleanText });
  if (unanswered.length > 0) {
    const list = unanswered.map((one) => own.reading[one]).join(', ');
    drawBanner(paper, 'warn', { text: fill(own.unanswered, { list }) });
  }
  if (clearedAt !== undefined) {
    drawBanner(paper, 'plain', { text: fill(own.cleared, { at: formatMoment(clearedAt, timeZone, language) }) });
  }
  paper.skip(4);
  for (const urgency of [1, 2, 3] as const) {
    const group = findings.filter((one) => one.urgency === urgency);
    for (const [index, finding] of group.entries()) {
      const heading = index === 0 ? own.urgency[urgency] : undefined;
      drawFinding(paper, finding, words, heading);
    }
  }
  paper.skip(4);
  drawPassage(paper, own.meaning, own.meaningText);
}

function factsOf(content: DiagnosticsContent, words: Words): Fact[] {
  const { car, vin, lampOn, voltageMilli, checks, language, measuredAt, timeZone } = content;
  const { facts } = words;
  return [
    ...(car === undefined ? [] : [{ name: facts.car, value: car }]),
    ...(measuredAt === undefined
      ? []
      : [{ name: facts.measured, value: formatMoment(measuredAt, timeZone, language) }]),
    ...(vin === undefined ? [] : [{ name: facts.vin, value: vin, isCode: true }]),
    ...(lampOn === undefined
      ? []
      : [{ name: facts.lamp, value: lampOn ? facts.lampOn : facts.lampOff, ink: lampOn ? 'red' : 'brand' } as const]),
    ...(checks === undefined ? [] : [{ name: facts.checks, value: fill(facts.of, checks) }]),
    ...(voltageMilli === undefined
      ? []
      : [{ name: facts.voltage, value: fill(facts.volts, { volts: formatNumber(voltageMilli / 1000, language) }) }]),
  ];
}

const CODE_WIDTH = 62;

/** What an integration says of a code may be in another script than the page: it runs its own way. */
const directionOf = (text: string): { readonly direction?: 'ltr' } =>
  /[\u0590-\u05FF]/.test(text) ? {} : { direction: 'ltr' };

/** One fault whole on a sheet; the first of a group with its heading. */
function drawFinding(paper: Paper, finding: ReportFinding, words: Words, heading: string | undefined): void {
  const { strong, soft } = INK_OF[finding.urgency];
  const pad = 11;
  const width = INNER - 2 * pad - CODE_WIDTH - 12;
  const { diagnostics: own } = words;
  const notes = [...(finding.isPending ? [own.pending] : []), ...(finding.isPermanent ? [own.permanent] : [])];
  const parts: readonly (readonly [string, TextStyle])[] = [
    [finding.title, { size: 11.5, bold: true, ...directionOf(finding.title) }],
    [finding.system, { size: 9, ink: 'muted' }],
    [finding.advice, { size: 9.5 }],
    ...notes.map((note) => [note, { size: 9, ink: strong }] as const),
  ];
  const heights = parts.map(([text, style]) => paper.lines(text, width, style).length * style.size * LEADING + 1.5);
  const height = heights.reduce((sum, one) => sum + one, 0) + 2 * pad - 3;
  paper.need(height + (heading === undefined ? 0 : 26));
  if (heading !== undefined) {
    paper.box({ x: X, y: paper.y + 3, width: 10, height: 10 }, { fill: strong, radius: 5 });
    paper.write(heading, { x: X + 17, y: paper.y - 1, width: INNER - 17 }, { size: 13, bold: true, ink: strong });
    paper.skip(24);
  }
  paper.box({ x: X, y: paper.y, width: INNER, height }, { stroke: 'line', radius: 8 });
  paper.box({ x: X + pad, y: paper.y + pad, width: CODE_WIDTH, height: 24 }, { fill: soft, radius: 6 });
  paper.write(
    finding.code,
    { x: X + pad, y: paper.y + pad + 3, width: CODE_WIDTH },
    { size: 13, bold: true, ink: strong, align: 'center', direction: 'ltr' },
  );
  let y = paper.y + pad - 1;
  for (const [index, [text, style]] of parts.entries()) {
    paper.write(text, { x: X + pad + CODE_WIDTH + 12, y, width }, style);
    y += heights[index] ?? 0;
  }
  paper.skip(height + 8);
}
