import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { CommandResult, CommandsReply } from '#shared/devices/commands.schema.ts';
import { HqCommands, SendCommandRequest } from '#shared/hq/fleet.api.ts';
import { Id } from '#shared/kernel/schemas.ts';
import type { Guards } from '../../auth/guards.ts';
import { scope } from '../../plugins/routes.ts';
import type { CommandsService } from './commands.service.ts';

const TAG = 'Commands';
const params = z.strictObject({ id: Id });
const Bytes = z.custom<Buffer>();

export const commandsRoutes = (guards: Guards, commands: CommandsService) => async (app: FastifyInstance) => {
  await scope(app, guards.device, (add) => {
    add(
      'GET',
      '/devices/commands',
      { summary: 'What headquarters wants of this device', tag: TAG, rate: 'device', reply: CommandsReply },
      ({ principal }) => commands.fetch(principal),
    );
    add(
      'POST',
      '/devices/commands/:id/result',
      {
        summary: 'What came of a command; the first answer stays',
        tag: TAG,
        rate: 'device',
        params,
        body: CommandResult,
        reply: z.undefined(),
        statuses: [],
      },
      async (call) => {
        await commands.answer(call.principal, call.params.id, call.body);
        call.reply.code(204);
        return undefined;
      },
    );
  });
  await scope(app, guards.session('hq_admin'), (add) => {
    add(
      'GET',
      '/hq/devices/:id/commands',
      { summary: 'What a device was asked to do, newest first', tag: TAG, rate: 'read', params, reply: HqCommands },
      (call) => commands.history(call.principal, call.params.id),
    );
    add(
      'POST',
      '/hq/devices/:id/commands',
      {
        summary: 'Ask a device to do something; the same id is the same command',
        tag: TAG,
        rate: 'write',
        params,
        body: SendCommandRequest,
        reply: z.undefined(),
        statuses: [],
      },
      async (call) => {
        await commands.send(call.principal, call.params.id, call.body);
        call.reply.code(204);
        return undefined;
      },
    );
    add(
      'POST',
      '/hq/commands/:id/cancel',
      {
        summary: 'Take back what no device has fetched yet',
        tag: TAG,
        rate: 'write',
        params,
        reply: z.undefined(),
        statuses: [],
      },
      async (call) => {
        await commands.cancel(call.principal, call.params.id);
        call.reply.code(204);
        return undefined;
      },
    );
    // Not below `/hq`: a browser that goes there to save a file would get the page.
    add(
      'GET',
      '/commands/:id/log',
      { summary: 'The log that a device sent, gzip', tag: TAG, rate: 'read', params, reply: Bytes },
      async (call) => {
        const bytes = await commands.bundle(call.principal, call.params.id);
        call.reply.headers({
          'content-type': 'application/gzip',
          'content-disposition': `attachment; filename="device-log-${call.params.id}.jsonl.gz"`,
          'cache-control': 'private, no-store',
        });
        return bytes;
      },
    );
  });
};
