/**
 * So many at once and the others in a line, first come first served. Pushes of one shop wait for each other in the database
 * anyway; all of a shop that comes back from an outage would hold every connection meanwhile, and nobody else got in.
 */

export type InLine = <T>(run: () => Promise<T>) => Promise<T>;

export function createLine(atOnce: number): InLine {
  const waiting: (() => void)[] = [];
  let free = atOnce;
  return async (run) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      // The place is handed on: nobody who comes now gets in before.
      if (next === undefined) free += 1;
      else next();
    }
  };
}
