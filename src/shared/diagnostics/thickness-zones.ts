/**
 * Where to measure: the panels of a body laid flat as seen from above, its front up, the sides folded outwards. Panels are
 * four-cornered and cut into zones by a grid, so the drawing on the screen, the one in the report and the names agree.
 */
import type { Language } from '../visits/visits.schema.ts';
import type { Body } from './thickness.schema.ts';
import bodies from './thickness-bodies.json' with { type: 'json' };
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
  /** They stand before the panels and cut their arches out of them. */
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

const mix = ([ax, ay]: Point, [bx, by]: Point, share: number): Point => [
  ax + (bx - ax) * share,
  ay + (by - ay) * share,
];
const round = ([x, y]: Point): Point => [Math.round(x * 10) / 10, Math.round(y * 10) / 10];

/** The drawing stands on a tall screen: lengths of the data are drawn this much longer. */
const STRETCH = 1.36;
/** How far the middle of the nose stands before its corners. */
const BOW = 22;
/** Half the width of the panels that bow. */
const HALF = 92;
const EDGE_PARTS = 6;

/** Lays a point of the data into the drawing: lengthened, and in the middle of the car bowed as sheet metal is. */
function bend([x, y]: Point, height: number): Point {
  const across = Math.min(1, Math.abs(x - WIDTH / 2) / HALF);
  const along = 1 - (2 * y) / height;
  return round([x, (y - BOW * along * (1 - across * across)) * STRETCH]);
}

/** A bowed edge is drawn as several short ones. */
const outline = (corners: readonly Point[], height: number): Point[] =>
  corners.flatMap((from, index) => {
    const to = corners[(index + 1) % corners.length] ?? from;
    const isMiddle = Math.abs(from[0] - WIDTH / 2) <= HALF && Math.abs(to[0] - WIDTH / 2) <= HALF;
    const parts = isMiddle && Math.abs(to[0] - from[0]) > Math.abs(to[1] - from[1]) ? EDGE_PARTS : 1;
    return Array.from({ length: parts }, (_, part) => bend(mix(from, to, part / parts), height));
  });

function cut({ panel, quad: [a, b, c, d], columns, rows }: Panel, prefix: string, height: number): Zone[] {
  const at = (column: number, row: number): Point =>
    mix(mix(a, d, row / rows), mix(b, c, row / rows), column / columns);
  return Array.from({ length: rows * columns }, (_, index) => {
    const row = Math.floor(index / columns);
    const column = index % columns;
    const corners = [at(column, row), at(column + 1, row), at(column + 1, row + 1), at(column, row + 1)];
    return { id: `${prefix}${panel}_${index + 1}`, panel, polygon: outline(corners, height) };
  });
}

/** The data of one body, points as `x,y x,y`. */
interface Sheet {
  readonly height: number;
  readonly glass: readonly string[];
  /** Of the left side, as all of `side`; the right one mirrors it. */
  readonly sideGlass: readonly string[];
  readonly bumpers: readonly string[];
  readonly wheels: { readonly x: number; readonly y: readonly number[]; readonly radius: number };
  readonly front: SheetPanel;
  readonly roof: SheetPanel;
  readonly back: SheetPanel;
  readonly side: readonly SheetPanel[];
}
type SheetPanel = Omit<Panel, 'panel' | 'quad'> & { readonly panel: string; readonly quad: string };

const readPoints = (text: string): Point[] =>
  text.split(' ').map((pair): Point => {
    const [x = 0, y = 0] = pair.split(',').map(Number);
    return [x, y];
  });

function readPanel({ panel, quad, columns, rows }: SheetPanel): Panel {
  const [a, b, c, d] = readPoints(quad);
  if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error(`${panel}: ${quad}`);
  return { panel: panel as PanelName, quad: [a, b, c, d], columns, rows };
}

/** Zones in the order of a walk round the car: the bonnet, along the right side, the back, along the left, the roof. */
function draw({ height, glass, sideGlass, bumpers, wheels, front, roof, back, side }: Sheet): BodyShape {
  const left = side.map(readPanel);
  const right = left.map((panel) => ({ ...panel, quad: mirrorQuad(panel.quad) }));
  const shape = (points: readonly Point[]) => outline(points, height);
  const leftGlass = sideGlass.map(readPoints);
  return {
    width: WIDTH,
    height: Math.round(height * STRETCH),
    glass: [...glass.map(readPoints), ...leftGlass, ...leftGlass.map((points) => points.map(mirror))].map(shape),
    bumpers: bumpers.map(readPoints).map(shape),
    wheels: wheels.y.flatMap((y) =>
      [wheels.x, WIDTH - wheels.x].map((x) => ({ at: [x, y * STRETCH] as const, radius: wheels.radius })),
    ),
    zones: [
      ...cut(readPanel(front), '', height),
      ...right.flatMap((panel) => cut(panel, 'right_', height)),
      ...cut(readPanel(back), '', height),
      ...left.toReversed().flatMap((panel) => cut(panel, 'left_', height)),
      ...cut(readPanel(roof), '', height),
    ],
  };
}

const SHAPES: Readonly<Record<Body, BodyShape>> = { sedan: draw(bodies.sedan), minivan: draw(bodies.minivan) };

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

/** Where the number of a zone stands. */
export const middleOf = (points: readonly Point[]): Point => [
  points.reduce((sum, [x]) => sum + x, 0) / points.length,
  points.reduce((sum, [, y]) => sum + y, 0) / points.length,
];

/** A number has no room on a slanting pillar or a narrow sill. */
const [LEAST_AREA, LEAST_WIDTH] = [2400, 34];
export const hasRoomForValue = (points: readonly Point[]): boolean => {
  const doubleArea = points.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = points[(index + 1) % points.length] ?? [x, y];
    return sum + x * nextY - nextX * y;
  }, 0);
  const across = points.map(([x]) => x);
  return Math.abs(doubleArea) > 2 * LEAST_AREA && Math.max(...across) - Math.min(...across) > LEAST_WIDTH;
};

/** Places along the car and across it, as far as the panel has more than one. */
function placeOf(zone: Zone, siblings: readonly Zone[], side: Side | undefined): Place[] {
  const [x, y] = middleOf(zone.polygon);
  // Zones of one row or column of a slanted panel differ by less than this.
  const near = 12;
  const levels = (values: readonly number[]) =>
    values.toSorted((a, b) => a - b).filter((value, index, all) => index === 0 || value - (all[index - 1] ?? 0) > near);
  const rank = (of: readonly number[], value: number) => of.filter((one) => value - one > near).length;
  const rows = levels(siblings.map((one) => middleOf(one.polygon)[1]));
  // Columns of one row: those of the others may stand elsewhere.
  const columns = levels(
    siblings.filter((one) => Math.abs(middleOf(one.polygon)[1] - y) <= near).map((one) => middleOf(one.polygon)[0]),
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
