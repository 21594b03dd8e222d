/** A kiosk's own paths, in the owner's shapes: the token must be of the kiosk that the path names. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { AppError } from '#shared/kernel/errors.ts';
import { Id } from '#shared/kernel/schemas.ts';
import {
  CodeKeyReply,
  ErrorReport,
  HeartbeatReply,
  HeartbeatRequest,
  RedeemRequest,
} from '#shared/kiosk/kiosk.schema.ts';
import type { Guards } from '../../auth/guards.ts';
import type { DevicePrincipal } from '../../auth/principals.ts';
import { scope } from '../../plugins/routes.ts';
import type { Heartbeats } from './heartbeats.ts';
import type { KioskDeskService } from './kiosk.service.ts';

const TAG = 'Kiosk';
const params = z.strictObject({ id: Id });
const Ok = z.strictObject({ ok: z.literal(true) });
const ReportedError = z.strictObject({ id: Id, code: z.string(), message: z.string(), createdAt: z.iso.datetime() });

/** @throws AppError `kiosks.mismatch`. */
const own = (principal: DevicePrincipal, id: string): DevicePrincipal => {
  if (principal.mode === 'kiosk' && principal.deviceId === id) return principal;
  throw new AppError('kiosks.mismatch', 'this token is of another device');
};

export const kioskRoutes =
  (guards: Guards, desk: KioskDeskService, heartbeats: Heartbeats, now: () => number) =>
  async (app: FastifyInstance) => {
    await scope(app, guards.device, (add) => {
      add(
        'POST',
        '/kiosk/:id/code/redeem',
        {
          summary: 'Spend a free-round code; five wrong ones in five minutes close the door for a while',
          tag: TAG,
          rate: 'device',
          params,
          body: RedeemRequest,
          reply: Ok,
        },
        async ({ principal, params: { id }, body }) => {
          await desk.redeem(own(principal, id), body);
          return { ok: true as const };
        },
      );
      add(
        'POST',
        '/kiosk/:id/code/key',
        {
          summary: 'What the codes of this kiosk are hashed under, so that it knows them with no network',
          tag: TAG,
          rate: 'device',
          params,
          reply: CodeKeyReply,
        },
        ({ principal, params: { id } }) => desk.codeKey(own(principal, id)),
      );
      add(
        'POST',
        '/kiosk/:id/errors',
        {
          summary: 'Tell of a trouble: the kiosk takes no more guests until it is cleared',
          tag: TAG,
          rate: 'device',
          params,
          body: ErrorReport,
          reply: ReportedError,
          statuses: [201],
        },
        async ({ principal, params: { id }, body, reply }) => {
          const { at, code, message, id: errorId } = await desk.reportError(own(principal, id), body);
          reply.code(201);
          return { id: errorId, code, message, createdAt: new Date(at).toISOString() };
        },
      );
    });
    await scope(app, guards.heardDevice, (add) => {
      add(
        'POST',
        '/kiosk/:id/heartbeat',
        {
          summary: 'Be heard; with the minutes in which nobody heard it',
          tag: TAG,
          rate: 'device',
          params,
          body: HeartbeatRequest,
          reply: HeartbeatReply,
        },
        async ({ principal, params: { id }, body }) => {
          await heartbeats.beat(own(principal, id), body);
          return { serverTime: now() };
        },
      );
    });
  };
