/** The body laid flat, on paper: the shapes of the screen, each zone coloured by what was measured there. */

import type { Ink, Paper } from '#node/pdf/paper.ts';
import { judge, type Verdict } from '#shared/diagnostics/thickness.rules.ts';
import { type Body, UNREADABLE } from '#shared/diagnostics/thickness.schema.ts';
import { hasRoomForValue, middleOf, type Point, shapeOf } from '#shared/diagnostics/thickness-zones.ts';
import type { ThicknessContent } from '../report-content.ts';

export const VERDICT_INK: Readonly<
  Record<Verdict | 'missing', { readonly fill: Ink; readonly stroke: Ink; readonly text: Ink }>
> = {
  factory: { fill: 'brandSoft', stroke: 'brand', text: 'brand' },
  repainted: { fill: 'amberSoft', stroke: 'amber', text: 'amber' },
  filler: { fill: 'redSoft', stroke: 'red', text: 'red' },
  thin: { fill: 'blueSoft', stroke: 'blue', text: 'blue' },
  unreadable: { fill: 'sunken', stroke: 'edge', text: 'muted' },
  missing: { fill: 'white', stroke: 'edge', text: 'muted' },
};

const path = (points: readonly Point[]): string => `M${points.map(([x, y]) => `${x} ${y}`).join('L')}Z`;
const LEAST_SIZE = 4.4;
const disc = ([x, y]: Point, r: number): string =>
  `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
const scaleOf = (body: Body, height: number): number => height / shapeOf(body).height;

/** How wide the drawing is at a height, points. */
export const bodyWidth = (body: Body, height: number): number => shapeOf(body).width * scaleOf(body, height);

/** @param left from the left edge of the sheet in every language: a car does not turn round with the script. */
export function drawBody(
  paper: Paper,
  { body, norms, readings }: ThicknessContent['measurement'],
  { left, top, height }: { readonly left: number; readonly top: number; readonly height: number },
): void {
  const shape = shapeOf(body);
  const scale = scaleOf(body, height);
  const at = { x: left, y: top, scale };
  const values = new Map(readings.map(({ zone, value }) => [zone, value]));
  for (const points of shape.bumpers) paper.figure(path(points), at, { fill: 'sunken', stroke: 'line' });
  for (const points of shape.glass) paper.figure(path(points), at, { fill: 'blueSoft', stroke: 'white' });
  for (const { id, polygon } of shape.zones) {
    const value = values.get(id);
    const { fill, stroke, text } = VERDICT_INK[value === undefined ? 'missing' : judge(value, norms)];
    paper.figure(path(polygon), at, { fill, stroke, line: 0.9 });
    if (value === undefined || value === UNREADABLE || !hasRoomForValue(polygon)) continue;
    const [x, y] = middleOf(polygon);
    const across = polygon.map(([corner]) => corner);
    const room = (Math.max(...across) - Math.min(...across)) * scale - 4;
    const size = Math.min(7.4, (7.4 * room) / paper.widthOf(String(value), { size: 7.4, bold: true }));
    // Smaller nobody reads it; every value is in the table as well.
    if (size < LEAST_SIZE) continue;
    paper.label(
      String(value),
      { left: left + x * scale, y: top + y * scale },
      { size, bold: true, ink: text, direction: 'ltr' },
    );
  }
  for (const { at: centre, radius } of shape.wheels) {
    paper.figure(disc(centre, radius + 9), at, { fill: 'white' });
    paper.figure(disc(centre, radius), at, { fill: 'edge' });
    paper.figure(disc(centre, radius * 0.55), at, { fill: 'line' });
  }
}
