/**
 * Where to measure: the panels of a body laid flat as seen from above, its front up, the sides folded outwards. Panels are
 * four-cornered and cut into zones by a grid, so the drawing on the screen, the one in the report and the names agree.
 */
import type { Language } from '../visits/visits.schema.ts';
import type { Body } from './thickness.schema.ts';
import names from './thickness-names.json' with { type: 'json' };

export type Point = readonly [x: number, y: number];

export interface Zone {
  /** `left_front_door_2`: panel and number, counted from the front of the car. */
  readonly id: string;
  readonly panel: PanelName;
  readonly polygon: readonly Point[];
}

export interface BodyShape {
  readonly width: number;
  readonly height: number;
  /** Not measured: glass, and plastic bumpers. */
  readonly glass: readonly (readonly Point[])[];
  readonly bumpers: readonly (readonly Point[])[];
  readonly wheels: readonly { readonly at: Point; readonly radius: number }[];
  readonly zones: readonly Zone[];
}

type PanelName = keyof typeof names.panels;
type Place = keyof typeof names.places;
/** Corners in the order front left, front right, rear right, rear left. */
type Quad = readonly [Point, Point, Point, Point];
type Side = 'left' | 'right';

interface Panel {
  readonly panel: PanelName;
  readonly quad: Quad;
  readonly columns: number;
  readonly rows: number;
}

const WIDTH = 640;
const mirror = ([x, y]: Point): Point => [WIDTH - x, y];
/** Corners keep their order: what was on the left is on the right. */
const mirrorQuad = ([a, b, c, d]: Quad): Quad => [mirror(b), mirror(a), mirror(d), mirror(c)];
const both = (shapes: readonly (readonly Point[])[]) => [...shapes, ...shapes.map((shape) => shape.map(mirror))];

const mix = ([ax, ay]: Point, [bx, by]: Point, share: number): Point => [
  ax + (bx - ax) * share,
  ay + (by - ay) * share,
];
const round = ([x, y]: Point): Point => [Math.round(x * 10) / 10, Math.round(y * 10) / 10];

function cut({ panel, quad: [a, b, c, d], columns, rows }: Panel, prefix: string): Zone[] {
  const at = (column: number, row: number): Point =>
    mix(mix(a, d, row / rows), mix(b, c, row / rows), column / columns);
  return Array.from({ length: rows * columns }, (_, index) => {
    const row = Math.floor(index / columns);
    const column = index % columns;
    const corners = [at(column, row), at(column + 1, row), at(column + 1, row + 1), at(column, row + 1)];
    return { id: `${prefix}${panel}_${index + 1}`, panel, polygon: corners.map(round) };
  });
}

/** A walk round the car: over the bonnet, along its right side, the back, along the left, last the roof. */
function lay(middle: { front: Panel; roof: Panel; back: Panel }, left: readonly Panel[]): Zone[] {
  const right = left.map((panel) => ({ ...panel, quad: mirrorQuad(panel.quad) }));
  return [
    ...cut(middle.front, ''),
    ...right.flatMap((panel) => cut(panel, 'right_')),
    ...cut(middle.back, ''),
    ...left.toReversed().flatMap((panel) => cut(panel, 'left_')),
    ...cut(middle.roof, ''),
  ];
}

const panel = (name: PanelName, columns: number, rows: number, ...quad: Quad): Panel => ({
  panel: name,
  quad,
  columns,
  rows,
});

const SEDAN: BodyShape = {
  width: WIDTH,
  height: 960,
  glass: [
    [
      [236, 304],
      [404, 304],
      [386, 384],
      [254, 384],
    ],
    [
      [252, 622],
      [388, 622],
      [406, 704],
      [234, 704],
    ],
    ...both([
      [
        [146, 336],
        [186, 402],
        [188, 472],
        [142, 474],
      ],
      [
        [142, 494],
        [188, 492],
        [186, 600],
        [144, 620],
      ],
    ]),
  ],
  bumpers: [
    [
      [232, 76],
      [244, 48],
      [280, 36],
      [320, 32],
      [360, 36],
      [396, 48],
      [408, 76],
    ],
    [
      [234, 862],
      [406, 862],
      [398, 890],
      [360, 904],
      [320, 907],
      [280, 904],
      [242, 890],
    ],
  ],
  wheels: [
    { at: [58, 206], radius: 44 },
    { at: [582, 206], radius: 44 },
    { at: [58, 742], radius: 44 },
    { at: [582, 742], radius: 44 },
  ],
  zones: lay(
    {
      front: panel('bonnet', 3, 2, [232, 84], [408, 84], [412, 294], [228, 294]),
      roof: panel('roof', 3, 2, [252, 392], [388, 392], [390, 614], [250, 614]),
      back: panel('boot', 2, 2, [230, 714], [410, 714], [406, 854], [234, 854]),
    },
    [
      panel('front_wing', 1, 2, [78, 96], [136, 108], [138, 322], [78, 322]),
      panel('pillar_a', 1, 1, [140, 318], [150, 312], [196, 388], [188, 396]),
      panel('front_door', 1, 2, [78, 328], [138, 328], [136, 478], [78, 478]),
      panel('pillar_b', 1, 1, [142, 478], [190, 476], [190, 488], [142, 490]),
      panel('rear_door', 1, 2, [78, 484], [136, 484], [138, 636], [78, 636]),
      panel('sill', 1, 1, [56, 328], [72, 328], [72, 636], [56, 636]),
      panel('pillar_c', 1, 1, [144, 628], [190, 604], [196, 650], [150, 716]),
      panel('rear_wing', 1, 2, [78, 642], [138, 642], [150, 846], [82, 838]),
    ],
  ),
};

const MINIVAN: BodyShape = {
  width: WIDTH,
  height: 1040,
  glass: [
    [
      [236, 232],
      [404, 232],
      [390, 322],
      [250, 322],
    ],
    ...both([
      [
        [140, 262],
        [184, 338],
        [190, 424],
        [140, 426],
      ],
      [
        [140, 448],
        [190, 446],
        [190, 614],
        [140, 616],
      ],
      [
        [140, 638],
        [190, 636],
        [188, 784],
        [140, 794],
      ],
    ]),
  ],
  bumpers: [
    [
      [232, 72],
      [244, 46],
      [280, 36],
      [320, 32],
      [360, 36],
      [396, 46],
      [408, 72],
    ],
    [
      [234, 956],
      [406, 956],
      [398, 980],
      [360, 992],
      [320, 994],
      [280, 992],
      [242, 980],
    ],
  ],
  wheels: [
    { at: [54, 186], radius: 44 },
    { at: [586, 186], radius: 44 },
    { at: [54, 790], radius: 44 },
    { at: [586, 790], radius: 44 },
  ],
  zones: lay(
    {
      front: panel('bonnet', 3, 2, [232, 80], [408, 80], [412, 222], [228, 222]),
      roof: panel('roof', 3, 3, [248, 330], [392, 330], [392, 806], [248, 806]),
      back: panel('tailgate', 5, 1, [242, 816], [398, 816], [406, 948], [234, 948]),
    },
    [
      panel('front_wing', 1, 2, [74, 92], [132, 102], [134, 252], [74, 252]),
      panel('pillar_a', 1, 1, [136, 248], [146, 240], [198, 326], [190, 334]),
      panel('front_door', 2, 2, [74, 258], [134, 258], [134, 430], [74, 430]),
      panel('pillar_b', 1, 1, [138, 430], [192, 428], [192, 442], [138, 444]),
      panel('sliding_door', 2, 2, [74, 436], [134, 436], [134, 620], [74, 620]),
      panel('sill', 1, 2, [52, 258], [68, 258], [68, 700], [52, 700]),
      panel('pillar_c', 1, 1, [138, 620], [192, 618], [192, 632], [138, 634]),
      panel('side_panel', 2, 2, [74, 626], [134, 626], [142, 930], [78, 924]),
      panel('pillar_d', 1, 1, [138, 800], [190, 790], [194, 812], [146, 880]),
    ],
  ),
};

const SHAPES: Readonly<Record<Body, BodyShape>> = { sedan: SEDAN, minivan: MINIVAN };

export const shapeOf = (body: Body): BodyShape => SHAPES[body];
/** In the order of the walk round the car. */
export const zonesOf = (body: Body): readonly Zone[] => SHAPES[body].zones;

const words = (of: Readonly<Record<Language, string>>, language: Language): string => of[language];

/** `Передняя дверь, левый борт, спереди`. Nothing for a zone that the body does not have. */
export function zoneName(body: Body, id: string, language: Language): string | undefined {
  const zone = zonesOf(body).find((one) => one.id === id);
  if (zone === undefined) return undefined;
  const side: Side | undefined = id.startsWith('left_') ? 'left' : id.startsWith('right_') ? 'right' : undefined;
  const siblings = zonesOf(body).filter((one) => one.panel === zone.panel && one.id.startsWith(side ?? ''));
  const where = placeOf(zone, siblings, side).map((place) => words(names.places[place], language));
  return [
    words(names.panels[zone.panel], language),
    ...(side === undefined ? [] : [words(names.sides[side], language)]),
    ...(where.length === 0 ? [] : [where.join(' ')]),
  ].join(', ');
}

const middleOf = ({ polygon }: Zone): Point => [
  polygon.reduce((sum, [x]) => sum + x, 0) / polygon.length,
  polygon.reduce((sum, [, y]) => sum + y, 0) / polygon.length,
];

/** Places along the car and across it, as far as the panel has more than one. */
function placeOf(zone: Zone, siblings: readonly Zone[], side: Side | undefined): Place[] {
  const [x, y] = middleOf(zone);
  // Zones of one row or column of a slanted panel differ by less than this.
  const near = 12;
  const levels = (values: readonly number[]) =>
    values.toSorted((a, b) => a - b).filter((value, index, all) => index === 0 || value - (all[index - 1] ?? 0) > near);
  const rank = (of: readonly number[], value: number) => of.filter((one) => value - one > near).length;
  const rows = levels(siblings.map((one) => middleOf(one)[1]));
  // Columns of one row: those of the others may stand elsewhere.
  const columns = levels(
    siblings.filter((one) => Math.abs(middleOf(one)[1] - y) <= near).map((one) => middleOf(one)[0]),
  );
  const lengthwise: readonly Place[] = rows.length === 3 ? ['front', 'middle', 'rear'] : ['front', 'rear'];
  const fromLeft: Readonly<Record<number, readonly Place[]>> = {
    2: ['left', 'right'],
    3: ['left', 'centre', 'right'],
    5: ['left', 'centre_left', 'centre', 'centre_right', 'right'],
  };
  const upward: readonly Place[] = side === 'left' ? ['low', 'high'] : ['high', 'low'];
  const across = side === undefined ? fromLeft[columns.length] : columns.length === 2 ? upward : undefined;
  const along = rows.length > 1 ? lengthwise[rank(rows, y)] : undefined;
  const beside = across?.[rank(columns, x)];
  return [along, beside].filter((place) => place !== undefined);
}
