/** From whatever gives a picture to what is printed: cut to the paper, made small, and without any word of where it was taken. */
import { AppError, isErrorCode } from '#shared/kernel/errors.ts';
import { cropFor, type Orientation, photoSize, type Size } from '#shared/photos/photo-format.ts';
import { isDark } from './darkness.rules.ts';

export interface Picture {
  readonly canvas: HTMLCanvasElement;
  readonly isDark: boolean;
}

const QUALITY = 0.9;

const penOf = (canvas: HTMLCanvasElement): CanvasRenderingContext2D => {
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (pen === null) throw new Error('this browser draws nothing');
  return pen;
};

const blank = ({ width, height }: Size): HTMLCanvasElement => {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  return canvas;
};

export function drawPicture(source: CanvasImageSource, size: Size, orientation: Orientation): Picture {
  const paper = photoSize(orientation);
  const canvas = blank(paper);
  const pen = penOf(canvas);
  const { x, y, width, height } = cropFor(size, orientation);
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(source, x, y, width, height, 0, 0, paper.width, paper.height);
  return { canvas, isDark: isDark(pen.getImageData(0, 0, paper.width, paper.height).data) };
}

/** As in a mirror. */
export function flipPicture({ canvas, isDark: dark }: Picture): Picture {
  const flipped = blank(canvas);
  const pen = penOf(flipped);
  pen.translate(canvas.width, 0);
  pen.scale(-1, 1);
  pen.drawImage(canvas, 0, 0);
  return { canvas: flipped, isDark: dark };
}

/** @throws AppError `photos.bad_picture` for a file that is no picture. */
export async function readFile(file: Blob, orientation: Orientation): Promise<Picture> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch (error) {
    throw new AppError('photos.bad_picture', 'the file is no picture', { cause: error });
  }
  try {
    return drawPicture(bitmap, bitmap, orientation);
  } finally {
    bitmap.close();
  }
}

/** Gives the picture of a visit to the core. Throws what the core says of it. */
export async function sendPicture(visitId: string, { canvas }: Picture): Promise<void> {
  const bytes = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
  if (bytes === null) throw new AppError('photos.bad_picture', 'the picture could not be written');
  const answer = await fetch(`/blobs?kind=photo&visit=${encodeURIComponent(visitId)}`, { method: 'PUT', body: bytes });
  if (answer.ok) return;
  const problem = (await answer.json().catch(() => ({}))) as { readonly code?: unknown; readonly ref?: unknown };
  const code = typeof problem.code === 'string' && isErrorCode(problem.code) ? problem.code : 'app.internal';
  throw new AppError(code, `the core answered ${answer.status}`, { details: { ref: problem.ref } });
}
