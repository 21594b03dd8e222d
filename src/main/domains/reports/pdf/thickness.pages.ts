import { INNER, PAGE, type Paper } from '#node/pdf/paper.ts';
import { judge, summarise, type Verdict } from '#shared/diagnostics/thickness.rules.ts';
import { UNREADABLE } from '#shared/diagnostics/thickness.schema.ts';
import { zoneName, zonesOf } from '#shared/diagnostics/thickness-zones.ts';
import { headlineOf, type ThicknessContent } from '../report-content.ts';
import { bodyWidth, drawBody, VERDICT_INK } from './body.drawing.ts';
import { drawBanner, drawFacts, drawPassage, type Tone } from './frame.ts';
import { fill, formatMoment, type Words } from './words.ts';

const X = PAGE.margin;
const TONE: Readonly<Record<ReturnType<typeof headlineOf>, Tone>> = {
  good: 'good',
  doubt: 'warn',
  thin: 'warn',
  bad: 'bad',
  empty: 'plain',
};

export function drawThickness(paper: Paper, content: ThicknessContent, words: Words): void {
  const { measurement, car, measuredAt, timeZone, language } = content;
  const { body, norms, readings } = measurement;
  const { facts, thickness: own } = words;
  const summary = summarise(body, readings, norms);
  const { missing, suspicious, medianMicrometres: median } = summary;
  const done = summary.zones - missing.length;
  drawFacts(paper, [
    ...(car === undefined ? [] : [{ name: facts.car, value: car }]),
    ...(measuredAt === undefined
      ? []
      : [{ name: facts.measured, value: formatMoment(measuredAt, timeZone, language) }]),
    { name: facts.body, value: facts[body] },
    { name: facts.points, value: fill(facts.of, { done, all: summary.zones }) },
    { name: facts.norm, value: fill(facts.range, { from: norms.factoryFrom, to: norms.factoryTo }) },
    ...(median === undefined ? [] : [{ name: facts.median, value: fill(facts.micrometres, { value: median }) }]),
  ]);
  const headline = headlineOf(measurement);
  const text =
    suspicious.length > 0
      ? fill(own.badText, { n: suspicious.length })
      : headline === 'good' && missing.length === 0
        ? own.goodText
        : undefined;
  drawBanner(paper, TONE[headline], { title: own[headline], ...(text === undefined ? {} : { text }) });
  if (missing.length > 0) {
    drawBanner(paper, 'warn', { text: fill(own.incomplete, { done, all: summary.zones }) });
  }
  paper.skip(4);
  drawMap(paper, content, words, suspicious);
  drawPassage(paper, own.meaning, own.meaningText);
  drawTable(paper, content, words);
}

const LEGEND: readonly (Verdict | 'missing')[] = ['factory', 'repainted', 'filler', 'thin', 'unreadable', 'missing'];

/** The body, and beside it what its colours mean and where to look. */
function drawMap(
  paper: Paper,
  { measurement, language }: ThicknessContent,
  words: Words,
  suspicious: ReturnType<typeof summarise>['suspicious'],
): void {
  const { body, norms } = measurement;
  const { thickness: own, facts } = words;
  paper.need(340);
  const height = Math.min(430, PAGE.height - PAGE.foot - paper.y - 4);
  const width = bodyWidth(body, height - 14);
  const isRtl = language === 'he';
  paper.write(own.front, { x: X, y: paper.y - 3, width }, { size: 8.5, ink: 'muted', align: 'center' });
  const left = isRtl ? PAGE.width - X - width : X;
  drawBody(paper, measurement, { left, top: paper.y + 12, height: height - 14 });

  const x = X + width + 22;
  const room = INNER - width - 22;
  let y = paper.y + 8;
  for (const verdict of LEGEND) {
    const { fill: soft, stroke } = VERDICT_INK[verdict];
    paper.box({ x, y: y + 1, width: 14, height: 14 }, { fill: soft, stroke, radius: 3 });
    const bound = verdict === 'filler' ? norms.repaintTo : verdict === 'repainted' ? norms.repaintTo : norms.factoryTo;
    const named = paper.write(
      own.verdict[verdict],
      { x: x + 21, y: y - 1, width: room - 21 },
      { size: 9.5, bold: true },
    );
    const means = fill(own.legend[verdict], { from: norms.factoryFrom, to: bound });
    y += named + paper.write(means, { x: x + 21, y: y + named - 2, width: room - 21 }, { size: 8.5, ink: 'muted' }) + 2;
  }
  const end = paper.y + height;
  if (suspicious.length > 0) {
    y += 10;
    y += paper.write(own.suspicious, { x, y, width: room }, { size: 12, bold: true }) + 2;
    for (const [index, { zone, value }] of suspicious.entries()) {
      const name = zoneName(body, zone, language) ?? zone;
      const isLast = index === suspicious.length - 1;
      const needed = paper.lines(name, room - 62, { size: 9 }).length * 12.4 + 4;
      if (y + needed > end - (isLast ? 0 : 14)) {
        paper.write(fill(own.more, { n: suspicious.length - index }), { x, y, width: room }, { size: 9, ink: 'muted' });
        break;
      }
      const told = value === UNREADABLE ? own.verdict.unreadable : fill(facts.micrometres, { value });
      const ink = VERDICT_INK[judge(value, norms)].text;
      paper.write(told, { x: x + room - 62, y, width: 62 }, { size: 9, bold: true, ink, align: 'end' });
      y += paper.write(name, { x, y, width: room - 66 }, { size: 9 }) + 4;
    }
  }
  paper.skip(height + 12);
}

/** Every point in two columns, in the order of the walk round the car. */
function drawTable(paper: Paper, { measurement, language }: ThicknessContent, words: Words): void {
  const { body, norms, readings } = measurement;
  const { thickness: own, facts } = words;
  const values = new Map(readings.map(({ zone, value }) => [zone, value]));
  const zones = zonesOf(body);
  const gap = 18;
  const width = (INNER - gap) / 2;
  const row = 16.5;
  const rows = Math.ceil(zones.length / 2);
  paper.need(24 + Math.min(rows, 12) * row);
  paper.write(own.table, { x: X, y: paper.y, width: INNER }, { size: 12, bold: true });
  paper.skip(22);
  for (let at = 0; at < rows; at += 1) {
    paper.need(row);
    for (const [column, zone] of [zones[at], zones[at + rows]].entries()) {
      if (zone === undefined) continue;
      const x = X + column * (width + gap);
      const value = values.get(zone.id);
      const verdict = value === undefined ? 'missing' : judge(value, norms);
      const { text: ink, fill: soft, stroke } = VERDICT_INK[verdict];
      paper.box({ x, y: paper.y + 3, width: 7, height: 7 }, { fill: soft, stroke, radius: 2 });
      const told =
        value === undefined || value === UNREADABLE ? own.verdict[verdict] : fill(facts.micrometres, { value });
      const name = zoneName(body, zone.id, language) ?? zone.id;
      const toldWidth = paper.widthOf(told, { size: 8.5, bold: true });
      const nameRoom = width - 14 - toldWidth - 6;
      const size = Math.min(8.5, (8.5 * nameRoom) / paper.widthOf(name, { size: 8.5 }));
      paper.write(name, { x: x + 13, y: paper.y + 0.5, width: nameRoom + 1 }, { size });
      paper.write(
        told,
        { x: x + width - toldWidth - 1, y: paper.y + 0.5, width: toldWidth + 1 },
        { size: 8.5, bold: true, ink },
      );
      paper.box({ x, y: paper.y + row - 3, width, height: 0.6 }, { fill: 'line' });
    }
    paper.skip(row);
  }
  paper.skip(12);
}
