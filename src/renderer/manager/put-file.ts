/** Gives a file by HTTP, telling how much of it has gone: `fetch` cannot say. */
import { z } from 'zod';
import { AppError, isErrorCode } from '#shared/kernel/errors.ts';
import type { Progress } from '../app/manager.tsx';

const Problem = z.looseObject({ code: z.string(), ref: z.string().optional() });

export interface PutOptions {
  readonly method?: 'PUT' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
}

/** @throws AppError with the code of whoever took it, or `device.server_unreachable`. */
export function putFile(
  url: string,
  file: Blob | FormData,
  onProgress: Progress,
  { method = 'PUT', headers = {} }: PutOptions = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ lengthComputable, loaded, total }) => {
      if (lengthComputable && total > 0) onProgress(loaded / total);
    });
    request.addEventListener('error', () => reject(new AppError('device.server_unreachable', 'no answer')));
    request.addEventListener('load', () => {
      if (request.status < 300) resolve();
      else reject(faultOf(request));
    });
    request.send(file);
  });
}

function faultOf({ status, responseText }: XMLHttpRequest): AppError {
  try {
    const { code, ...details } = Problem.parse(JSON.parse(responseText));
    if (isErrorCode(code)) return new AppError(code, code, { details });
  } catch {
    // No problem document of ours: a proxy in between.
  }
  return new AppError('app.internal', `HTTP ${status}`);
}
