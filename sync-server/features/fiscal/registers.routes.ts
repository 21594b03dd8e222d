/** Registers and the tokens of their agents, for headquarters; and what a token may know of its own register. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { RegisterReport } from '#shared/fiscal/register-report.schema.ts';
import {
  ChangeRegisterRequest,
  CreateRegisterRequest,
  HqAgentTokens,
  HqRegister,
  HqRegisters,
  IssuedToken,
  MyRegister,
  RegisterId,
} from '#shared/hq/fiscal.api.ts';
import { Id } from '#shared/kernel/schemas.ts';
import type { Guards } from '../../auth/guards.ts';
import { scope } from '../../plugins/routes.ts';
import type { AgentTokensService } from './agent-tokens.service.ts';
import type { RegistersService } from './registers.service.ts';

const TAG = 'Registers';
const RegisterParams = z.strictObject({ id: RegisterId });
const TokenParams = z.strictObject({ id: RegisterId, tokenId: Id });
const write = { tag: TAG, rate: 'write' } as const;
const nothing = { reply: z.undefined(), statuses: [] } as const;

export const registersRoutes =
  (guards: Guards, registers: RegistersService, tokens: AgentTokensService) => async (app: FastifyInstance) => {
    await scope(app, guards.bearer, (add) => {
      add(
        'GET',
        '/fiscal-devices/mine',
        {
          summary: 'The register that the token is bound to; ours, beside the contract of agents',
          tag: TAG,
          rate: 'device',
          reply: MyRegister,
        },
        ({ principal }) => registers.mine(principal),
      );
      add(
        'POST',
        '/fiscal-devices/mine/state',
        {
          ...nothing,
          summary:
            'What the register says of itself: its fiscal memory, its shift, what the data operator has not taken',
          tag: TAG,
          rate: 'device',
          body: RegisterReport,
        },
        async ({ principal, body, reply }) => {
          await registers.describe(principal, body);
          reply.code(204);
          return undefined;
        },
      );
    });
    await scope(app, guards.session('hq_admin'), (add) => {
      add(
        'GET',
        '/fiscal-devices',
        { summary: 'Registers, those in service first', tag: TAG, rate: 'read', reply: HqRegisters },
        ({ principal }) => registers.list(principal),
      );
      add(
        'POST',
        '/fiscal-devices',
        { ...write, summary: 'A new register', body: CreateRegisterRequest, reply: HqRegister, statuses: [201] },
        ({ principal, body, reply }) => {
          reply.code(201);
          return registers.create(principal, body);
        },
      );
      add(
        'PATCH',
        '/fiscal-devices/:id',
        {
          ...write,
          summary: 'Change a register',
          params: RegisterParams,
          body: ChangeRegisterRequest,
          reply: HqRegister,
        },
        ({ principal, params, body }) => registers.change(principal, params.id, body),
      );
      add(
        'DELETE',
        '/fiscal-devices/:id',
        { ...write, ...nothing, summary: 'Take a register out of service; its tasks are kept', params: RegisterParams },
        async ({ principal, params, reply }) => {
          await registers.archive(principal, params.id);
          reply.code(204);
          return undefined;
        },
      );
      add(
        'GET',
        '/fiscal-devices/:id/tokens',
        {
          summary: "Tokens of a register's agents",
          tag: TAG,
          rate: 'read',
          params: RegisterParams,
          reply: HqAgentTokens,
        },
        ({ principal, params }) => tokens.list(principal, params.id),
      );
      add(
        'POST',
        '/fiscal-devices/:id/tokens',
        { ...write, summary: 'A new token, told once', params: RegisterParams, reply: IssuedToken, statuses: [201] },
        ({ principal, params, reply }) => {
          reply.code(201).header('cache-control', 'no-store');
          return tokens.issue(principal, params.id);
        },
      );
      add(
        'POST',
        '/fiscal-devices/:id/tokens/:tokenId/rotate',
        {
          ...write,
          summary: 'Exchange a token; the old one opens for a few more minutes',
          params: TokenParams,
          reply: IssuedToken,
          statuses: [201],
        },
        ({ principal, params, reply }) => {
          reply.code(201).header('cache-control', 'no-store');
          return tokens.rotate(principal, params.id, params.tokenId);
        },
      );
      add(
        'POST',
        '/fiscal-devices/:id/tokens/:tokenId/revoke',
        { ...write, ...nothing, summary: 'End a token at once', params: TokenParams },
        async ({ principal, params, reply }) => {
          await tokens.revoke(principal, params.id, params.tokenId);
          reply.code(204);
          return undefined;
        },
      );
    });
  };
