/**
 * Files for the pages of this device, on the pages' own origin: `PUT /blobs?kind=photo` gives one, `GET /blobs/<id>` shows
 * one; a kiosk's visitor gives the photo of a visit, `PUT /blobs?kind=photo&visit=<id>`, a manager that of an appliance or of
 * a passport, `&appliance=<id>` or `&passport=<client's id>`. Both shells carry it; who may ask at all is theirs to check, before.
 */
import { z } from 'zod';
import type { Logger } from '#main/core.ts';
import type { CallContext } from '#main/rpc/rpc.ts';
import { BlobId, BlobKind } from '#shared/blobs/blobs.schema.ts';
import { AppError, toProblem } from '#shared/kernel/errors.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import { Id } from '#shared/kernel/schemas.ts';
import type { BlobView } from '#shared/rpc/blobs.contract.ts';
import { VisitId } from '#shared/visits/visits.schema.ts';
import type { Blobs } from './blobs.service.ts';

export interface BlobRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly body: AsyncIterable<Uint8Array> | undefined;
}

export interface BlobAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array> | string;
}

/** Answers a request for a file; it never throws. */
export type BlobDoor = (request: BlobRequest, caller: Pick<CallContext, 'mode' | 'signedIn'>) => Promise<BlobAnswer>;

const PREFIX = '/blobs';
const PutQuery = z.object({
  kind: BlobKind,
  visit: VisitId.optional(),
  appliance: Id.optional(),
  passport: Id.optional(),
});

/** Is this the address of a file? */
export const isBlobPath = (pathname: string): boolean => pathname === PREFIX || pathname.startsWith(`${PREFIX}/`);

/** A document is shown, and can do nothing on our origin. */
const DOCUMENT_POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox";

/** Take the picture of something, and remember what it is of. */
export interface Pictures {
  take(visitId: string, source: AsyncIterable<Uint8Array>): Promise<BlobView>;
  takeOfAppliance(applianceId: string, source: AsyncIterable<Uint8Array>): Promise<BlobView>;
  takeOfPassport(clientId: string, source: AsyncIterable<Uint8Array>): Promise<BlobView>;
}

export function createBlobDoor(
  blobs: Pick<Blobs, 'put' | 'open'>,
  pictures: Pictures,
  log: Logger,
  newRef: () => string,
): BlobDoor {
  const put = async ({ body }: BlobRequest, url: URL, mode: Mode): Promise<BlobAnswer> => {
    const query = PutQuery.safeParse(Object.fromEntries(url.searchParams));
    if (!query.success || body === undefined) {
      throw new AppError('app.bad_input', `a file is given with its kind: ${BlobKind.options.join(', ')}`);
    }
    const { kind, visit, appliance, passport } = query.data;
    if (mode === 'kiosk' && (visit === undefined || kind !== 'photo')) {
      throw new AppError('app.bad_input', 'a kiosk takes photos of a visit, and nothing else');
    }
    if (mode !== 'manager' && (appliance !== undefined || passport !== undefined)) {
      throw new AppError('app.bad_input', 'pictures of clients are taken by managers');
    }
    const give = (): Promise<BlobView> => {
      if (visit !== undefined) return pictures.take(visit, body);
      if (appliance !== undefined) return pictures.takeOfAppliance(appliance, body);
      return passport === undefined ? blobs.put(kind, body) : pictures.takeOfPassport(passport, body);
    };
    const view = await give();
    return { status: 201, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(view) };
  };

  const show = async (id: string, mode: Mode): Promise<BlobAnswer> => {
    const shown = await blobs.open(id);
    return {
      status: 200,
      headers: {
        'Content-Type': shown.mediaType,
        'Content-Length': String(shown.size),
        'Content-Security-Policy': DOCUMENT_POLICY,
        // The name is the content; but whoever signs in next is to be asked again, and a guest's picture stays in no cache.
        'Cache-Control': mode === 'kiosk' ? 'no-store' : 'private, no-cache',
        ETag: `"${id}"`,
      },
      body: shown.read(),
    };
  };

  return async (request, caller) => {
    try {
      // A kiosk has no staff: its visitor gives a photo, and sees that one.
      if (caller.mode !== 'kiosk' && !caller.signedIn()) {
        throw new AppError('staff.not_signed_in', 'nobody is signed in');
      }
      const url = new URL(request.url, 'http://device');
      const id = BlobId.safeParse(url.pathname.slice(PREFIX.length + 1));
      if (request.method === 'PUT' && url.pathname === PREFIX) return await put(request, url, caller.mode);
      if (request.method === 'GET' && id.success) return await show(id.data, caller.mode);
      throw new AppError('app.not_found', 'there is no such file');
    } catch (error) {
      const ref = newRef();
      if (error instanceof AppError) log.info('request for a file refused', { code: error.code, ref });
      else log.error('request for a file failed', { error, ref });
      const problem = toProblem(error, ref);
      return {
        status: problem.status,
        headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' },
        body: JSON.stringify(problem),
      };
    }
  };
}
