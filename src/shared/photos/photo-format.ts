/** The picture of a photo order: a sheet of 10×15 cm, lying or standing. */

/** Pixels of the long side that are kept: 200 to an inch on the paper, and a file that a thin line carries in seconds. */
export const PHOTO_LONG_PX = 1200;
export const PHOTO_SHORT_PX = 800;
/** The long side of the paper to its short one. */
export const PHOTO_RATIO = PHOTO_LONG_PX / PHOTO_SHORT_PX;

export type Orientation = 'landscape' | 'portrait';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A part of a picture, in its own pixels. */
export interface Crop extends Size {
  readonly x: number;
  readonly y: number;
}

/** Pixels of what is kept. */
export const photoSize = (orientation: Orientation): Size =>
  orientation === 'landscape'
    ? { width: PHOTO_LONG_PX, height: PHOTO_SHORT_PX }
    : { width: PHOTO_SHORT_PX, height: PHOTO_LONG_PX };

/** The middle of a picture in the shape of the paper, as large as it can be. */
export function cropFor({ width, height }: Size, orientation: Orientation): Crop {
  const ratio = orientation === 'landscape' ? PHOTO_RATIO : 1 / PHOTO_RATIO;
  const wide = width / height > ratio;
  const size = wide ? { width: height * ratio, height } : { width, height: width / ratio };
  return { ...size, x: (width - size.width) / 2, y: (height - size.height) / 2 };
}

/** Is it no larger than what is kept, and in the shape of the paper (to a pixel)? */
export function isPhotoSize({ width, height }: Size): boolean {
  const long = Math.max(width, height);
  const short = Math.min(width, height);
  return short > 0 && long <= PHOTO_LONG_PX && Math.abs(short * PHOTO_RATIO - long) <= PHOTO_RATIO;
}
