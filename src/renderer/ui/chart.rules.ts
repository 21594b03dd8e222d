/** Geometry of a small bar chart. Pure; units are those of the view box. */
export interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface ChartSize {
  readonly width: number;
  readonly height: number;
  /** Share of a bar's step that stays empty, 0 to 1. */
  readonly gap: number;
}

/** The least height of a bar that is not nothing: a day with one order is not a day without any. */
const SLIVER = 3;

/** Bars from left to right, the highest as high as the chart. */
export function bars(values: readonly number[], { width, height, gap }: ChartSize): Bar[] {
  const most = Math.max(...values, 0);
  const step = values.length === 0 ? 0 : width / values.length;
  return values.map((value, index) => {
    const tall = most === 0 || value <= 0 ? 0 : Math.max(SLIVER, (value / most) * height);
    return { x: index * step + (step * gap) / 2, y: height - tall, width: step * (1 - gap), height: tall };
  });
}
