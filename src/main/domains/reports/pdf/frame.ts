/** What every report has round its matter: letterhead, car, notice and copy, and the foot of each page. */
import qrcode from 'qrcode';
import { INNER, type Ink, LEADING, PAGE, type Paper } from '#node/pdf/paper.ts';
import { COPY_DAYS } from '#shared/reports/reports.schema.ts';
import type { ReportContent } from '../report-content.ts';
import { fill, formatDay, formatMoment, type Words } from './words.ts';

const X = PAGE.margin;

export function drawLetterhead(paper: Paper, content: ReportContent, words: Words): void {
  const { letterhead, kind, id } = content;
  const half = INNER * 0.56;
  paper.box({ x: X, y: paper.y, width: 4, height: 46 }, { fill: 'brand', radius: 2 });
  const left = { x: X + 16, width: half - 16 };
  let y = paper.y - 3;
  y += paper.write(letterhead.organization, { ...left, y }, { size: 14, bold: true });
  y += paper.write(`${letterhead.shop}, ${letterhead.address}`, { ...left, y: y + 2 }, { size: 9, ink: 'muted' });
  if (letterhead.inn !== undefined) {
    y += paper.write(fill(words.inn, { inn: letterhead.inn }), { ...left, y: y + 2 }, { size: 9, ink: 'muted' });
  }
  const right = { x: X + half, width: INNER - half };
  const made = formatMoment(content.createdAt, content.timeZone, content.language);
  let end = paper.y - 1;
  end += paper.write(made, { ...right, y: end }, { size: 9.5, align: 'end' });
  end += paper.write(fill(words.number, { id }), { ...right, y: end + 2 }, { size: 8, ink: 'muted', align: 'end' });
  paper.skip(Math.max(y, end, paper.y + 46) - paper.y + 22);
  paper.skip(paper.write(words.title[kind], { x: X, y: paper.y, width: INNER }, { size: 24, bold: true }) + 12);
}

export interface Fact {
  readonly name: string;
  readonly value: string;
  /** Of signs that are read from the left in every language, as a VIN. */
  readonly isCode?: boolean;
  readonly ink?: Ink;
}

/** Names and values in a tinted box, three to a row. */
export function drawFacts(paper: Paper, facts: readonly Fact[]): void {
  const columns = 3;
  const pad = 14;
  const width = (INNER - 2 * pad) / columns;
  const heightOf = ({ name, value }: Fact) =>
    paper.lines(name, width - 10, { size: 8.5 }).length * 8.5 * LEADING +
    paper.lines(value, width - 10, { size: 11, bold: true }).length * 11 * LEADING;
  const rows = Array.from({ length: Math.ceil(facts.length / columns) }, (_, row) =>
    facts.slice(row * columns, (row + 1) * columns),
  );
  const heights = rows.map((row) => Math.max(...row.map(heightOf)) + 10);
  const height = heights.reduce((sum, one) => sum + one, 0) + 2 * pad - 10;
  paper.need(height);
  paper.box({ x: X, y: paper.y, width: INNER, height }, { fill: 'sunken', radius: 10 });
  let top = paper.y + pad;
  for (const [row, list] of rows.entries()) {
    for (const [column, { name, value, isCode, ink }] of list.entries()) {
      const at = { x: X + pad + column * width, width: width - 10 };
      const below = paper.write(name, { ...at, y: top }, { size: 8.5, ink: 'muted' });
      paper.write(
        value,
        { ...at, y: top + below },
        { size: 11, bold: true, ink: ink ?? 'ink', ...(isCode === true ? { direction: 'ltr' } : {}) },
      );
    }
    top += heights[row] ?? 0;
  }
  paper.skip(height + 14);
}

export type Tone = 'good' | 'warn' | 'bad' | 'plain';
const TONES: Readonly<Record<Tone, { readonly soft: Ink; readonly strong: Ink }>> = {
  good: { soft: 'brandSoft', strong: 'brand' },
  warn: { soft: 'amberSoft', strong: 'amber' },
  bad: { soft: 'redSoft', strong: 'red' },
  plain: { soft: 'sunken', strong: 'muted' },
};

/** A verdict in a box of its tone; a title or a text alone where the other is absent. */
export function drawBanner(
  paper: Paper,
  tone: Tone,
  { title, text }: { readonly title?: string; readonly text?: string },
): void {
  const { soft, strong } = TONES[tone];
  const pad = 13;
  const width = INNER - 2 * pad - 8;
  const big = { size: 16, bold: true, ink: strong } as const;
  const small = { size: 10, ink: title === undefined ? strong : 'ink' } as const;
  const heightOf = (said: string | undefined, style: { readonly size: number }) =>
    said === undefined ? 0 : paper.lines(said, width, style).length * style.size * LEADING;
  const height = heightOf(title, big) + heightOf(text, small) + 2 * pad - 3;
  paper.need(height);
  paper.box({ x: X, y: paper.y, width: INNER, height }, { fill: soft, radius: 10 });
  paper.box({ x: X, y: paper.y, width: 5, height }, { fill: strong, radius: 2.5 });
  let y = paper.y + pad - 1;
  const at = { x: X + pad + 8, width };
  if (title !== undefined) y += paper.write(title, { ...at, y }, big);
  if (text !== undefined) paper.write(text, { ...at, y }, small);
  paper.skip(height + 10);
}

/** A heading with its text, kept together with the first lines. */
export function drawPassage(paper: Paper, title: string, text: string): void {
  const style = { size: 9.5, ink: 'ink' } as const;
  const height = 22 + paper.lines(text, INNER, style).length * style.size * LEADING;
  paper.need(height);
  paper.write(title, { x: X, y: paper.y, width: INNER }, { size: 12, bold: true });
  paper.skip(20);
  paper.skip(paper.write(text, { x: X, y: paper.y, width: INNER }, style) + 14);
}

const QR_SIDE = 84;

/** The code that opens the copy, and what this document is not. */
export function drawCopy(paper: Paper, { copy, language, timeZone }: ReportContent, words: Words): void {
  if (copy === undefined) {
    paper.need(26);
    paper.skip(paper.write(words.notice, { x: X, y: paper.y, width: INNER }, { size: 8.5, ink: 'muted' }));
    return;
  }
  paper.need(QR_SIDE + 28);
  const box = { x: X, y: paper.y, width: INNER, height: QR_SIDE + 24 };
  paper.box(box, { stroke: 'line', radius: 10 });
  const isRtl = language === 'he';
  const left = isRtl ? PAGE.width - X - 12 - QR_SIDE : X + 12;
  drawQr(paper, copy.url, left, paper.y + 12);
  const at = { x: X + QR_SIDE + 30, width: INNER - QR_SIDE - 44 };
  let y = paper.y + 12;
  y += paper.write(words.copy, { ...at, y }, { size: 12, bold: true }) + 2;
  const until = formatDay(copy.until, timeZone, language);
  y += paper.write(fill(words.copyText, { days: COPY_DAYS, until }), { ...at, y }, { size: 9.5 }) + 2;
  y += paper.write(copy.url, { ...at, y }, { size: 7.5, ink: 'muted', direction: 'ltr' }) + 5;
  paper.write(words.notice, { ...at, y }, { size: 8, ink: 'muted' });
  paper.skip(box.height);
}

/** Dark modules of a row that touch are one bar: without seams between them. */
function drawQr(paper: Paper, text: string, left: number, top: number): void {
  const { modules } = qrcode.create(text, { errorCorrectionLevel: 'M' });
  let path = '';
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; ) {
      let end = column;
      while (end < modules.size && modules.get(row, end) === 1) end += 1;
      if (end > column) path += `M${column} ${row}H${end}V${row + 1}H${column}Z`;
      column = end === column ? column + 1 : end;
    }
  }
  paper.figure(path, { x: left, y: top, scale: QR_SIDE / modules.size }, { fill: 'ink' });
}
