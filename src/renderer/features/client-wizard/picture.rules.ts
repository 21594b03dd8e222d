/** How large and as what a picture is kept. Pure. */

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Smaller, never larger; never less than a pixel. */
export function fitWithin({ width, height }: Size, longSide: number): Size {
  const scale = Math.min(1, longSide / Math.max(width, height));
  const scaled = (side: number) => Math.max(1, Math.round(side * scale));
  return { width: scaled(width), height: scaled(height) };
}

/** A PNG stays what it is; all else becomes a JPEG: a contract's PDF holds nothing else. */
export const mediaTypeFor = (type: string): string => (type === 'image/png' ? type : 'image/jpeg');
