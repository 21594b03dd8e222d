/** A picture as it is kept: at most so many pixels on its long side, and without any word of where it was taken. */
import { MAX_PHOTO_SIDE } from '#shared/clients/appliances.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { fitWithin, mediaTypeFor } from './picture.rules.ts';

const QUALITY = 0.85;

/** Drawn anew, so that only its pixels remain. @throws AppError `photos.bad_picture` for a file that is no picture. */
export async function shrinkPicture(file: Blob): Promise<Blob> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch (error) {
    throw new AppError('photos.bad_picture', 'the file is no picture', { cause: error });
  }
  try {
    return await drawn(bitmap, bitmap, mediaTypeFor(file.type));
  } finally {
    bitmap.close();
  }
}

/** What a camera shows now. */
export const snapshot = (video: HTMLVideoElement): Promise<Blob> =>
  drawn(video, { width: video.videoWidth, height: video.videoHeight }, 'image/jpeg');

async function drawn(
  source: CanvasImageSource,
  size: { readonly width: number; readonly height: number },
  type: string,
): Promise<Blob> {
  const canvas = document.createElement('canvas');
  const { width, height } = fitWithin(size, MAX_PHOTO_SIDE);
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('this browser draws nothing');
  // A JPEG has no holes: what is seen through in the source would be black.
  pen.fillStyle = '#fff';
  if (type === 'image/jpeg') pen.fillRect(0, 0, width, height);
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(source, 0, 0, width, height);
  const bytes = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, QUALITY));
  if (bytes === null) throw new AppError('photos.bad_picture', 'the picture could not be written');
  return bytes;
}
