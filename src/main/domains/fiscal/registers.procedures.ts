import type { Core } from '#main/core.ts';
import { rpc } from '#main/rpc/rpc.ts';
import type { KktAddress } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { StaffService } from '../staff/staff.service.ts';
import { createFiscalAgentHttp } from './fiscal.agent-http.ts';
import type { Driver } from './fiscal.runtime.ts';
import type { FiscalService } from './fiscal.service.ts';
import { checkConnection } from './registers.check.ts';
import type { Registers } from './registers.service.ts';

export interface RegistersProcedureDeps {
  readonly core: Pick<Core, 'now'>;
  readonly registers: Registers;
  readonly fiscal: FiscalService;
  readonly driver: Driver;
  readonly staff: Pick<StaffService, 'requireApproval'>;
}

/** How long a server may take to say whose a token is. */
const AGENT_MS = 5_000;

export function registersProcedures({ core, registers, fiscal, driver, staff }: RegistersProcedureDeps) {
  /** Whoever answers for a change of settings. */
  const allow = (action: 'settings' | 'register', subject: string, approvalId: string | undefined): void =>
    void staff.requireApproval({ action, subject, approvalId });

  const connectedAt = ({ ip, port }: KktAddress) => {
    const id = registers.ids().find((known) => {
      const address = registers.address(known);
      return address?.ip === ip && address.port === port;
    });
    return id === undefined ? undefined : () => fiscal.register(id).ask((register) => register.status());
  };

  const ownerOf = (serverUrl: string, token: string) =>
    createFiscalAgentHttp({
      endpoint: async () => ({ serverUrl, token }),
      signal: AbortSignal.timeout(AGENT_MS),
    }).mine();

  return {
    list: rpc.registers.list.handler(() => registers.list()),
    check: rpc.registers.check.handler(({ input }) =>
      checkConnection(input, { driver, now: core.now, busy: connectedAt(input) }),
    ),
    checkAgent: rpc.registers.checkAgent.handler(async ({ input }) => {
      const { fiscalDeviceId, name, kkt } = await ownerOf(input.serverUrl, input.token);
      return { fiscalDeviceId, name, kkt };
    }),
    setAddress: rpc.registers.setAddress.handler(async ({ input }) => {
      await registers.get(input.id);
      allow('settings', input.id, input.approvalId);
      registers.setAddress(input.id, input.address);
      return registers.get(input.id);
    }),
    setAgent: rpc.registers.setAgent.handler(async ({ input }) => {
      const { fiscalDeviceId, name, kkt } = await ownerOf(input.serverUrl, input.token);
      allow('settings', fiscalDeviceId, input.approvalId);
      await registers.setAgent(fiscalDeviceId, {
        serverUrl: input.serverUrl,
        token: input.token,
        name: input.name ?? name,
      });
      registers.hearAddress(fiscalDeviceId, kkt);
      return registers.get(fiscalDeviceId);
    }),
    setMain: rpc.registers.setMain.handler(async ({ input }) => {
      await registers.get(input.id);
      allow('settings', input.id, input.approvalId);
      registers.setMain(input.id);
      return registers.get(input.id);
    }),
    remove: rpc.registers.remove.handler(async ({ input }) => {
      const { hasToken } = await registers.get(input.id);
      if (!hasToken) throw new AppError('app.not_found', 'the register came with the enrolment of this device');
      const { queued, unknownTaskId } = fiscal.view(input.id);
      if (queued > 0 || unknownTaskId !== undefined) {
        throw new AppError('fiscal.register_busy', 'tasks of this register have not ended');
      }
      allow('settings', input.id, input.approvalId);
      await registers.remove(input.id);
    }),
    accept: rpc.registers.accept.handler(async ({ input }) => {
      const { kktSerial } = fiscal.view(input.id);
      if (kktSerial !== input.kktSerial) {
        throw new AppError('fiscal.another_register', `the register that answers now is ${kktSerial}`);
      }
      allow('register', input.id, input.approvalId);
      registers.accept(input.id, input.kktSerial);
      return registers.get(input.id);
    }),
  };
}
