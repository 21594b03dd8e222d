/** Is a picture too dark to be printed well? Pure. */

/** Below this mean brightness, 0…255, paper shows little but shadows. */
const DARK_BELOW = 48;
/** Every so many pixels: a hint needs no more. */
const STRIDE = 16;

/** Mean brightness as the eye weighs colours (Rec. 709), 0…255. */
export function brightness(rgba: Uint8ClampedArray): number {
  let sum = 0;
  let pixels = 0;
  for (let at = 0; at + 3 < rgba.length; at += 4 * STRIDE) {
    sum += 0.2126 * (rgba[at] ?? 0) + 0.7152 * (rgba[at + 1] ?? 0) + 0.0722 * (rgba[at + 2] ?? 0);
    pixels += 1;
  }
  return pixels === 0 ? 0 : sum / pixels;
}

export const isDark = (rgba: Uint8ClampedArray): boolean => brightness(rgba) < DARK_BELOW;
