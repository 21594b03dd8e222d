/** Settings of the fake device's registers, and what stands at an address: everything on loopback answers. */
import type { KktAddress } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { RegisterSettings } from '#shared/rpc/registers.contract.ts';
import type { Door, FakeRegister } from './fake-register.ts';
import type { Ports, RequireApproval } from './fake-tasks.ts';
import type { FakeRegisterState } from './state.ts';

/** The token that the server of the stage knows. */
const TOKEN = 'agent-token-2';
/** How long a wrong address takes to give up. */
const NO_ANSWER_MS = 1500;

interface Changes {
  readonly set: (id: string, patch: Partial<FakeRegisterState>) => void;
  readonly add: (register: FakeRegisterState) => void;
  readonly remove: (id: string) => void;
  readonly setMain: (id: string) => void;
}

export function createFakeRegisters({ state }: Ports, register: FakeRegister, changes: Changes) {
  const added = new Set<string>();
  const settingsOf = (one: FakeRegisterState): RegisterSettings => ({
    id: one.id ?? '',
    name: one.name ?? '',
    isMain: one.isMain,
    ...(one.address ? { address: one.address, addressFrom: addressFrom(one) } : {}),
    ...(added.has(one.id ?? '') ? { serverUrl: 'https://hq.example.ru' } : {}),
    hasToken: added.has(one.id ?? ''),
    ...(one.kktSerial === undefined ? {} : { kktSerial: one.expectedSerial ?? one.kktSerial }),
    ...(one.fnNumber === undefined ? {} : { fnNumber: one.fnNumber }),
  });
  const addressFrom = (one: FakeRegisterState) =>
    one.isMain && state().desk.addressByPolicy ? ('policy' as const) : ('device' as const);
  const get = (id: string): FakeRegisterState => {
    const found = register.ledger.registers().find((one) => one.id === id);
    if (!found) throw new AppError('app.not_found', id);
    return found;
  };
  const settings = (id: string) => settingsOf(get(id));

  const standsAt = (address: KktAddress): FakeRegisterState | undefined =>
    register.ledger
      .registers()
      .find(
        (one) => one.state !== 'unavailable' && one.address?.ip === address.ip && one.address.port === address.port,
      );

  return {
    procedures: (door: Door['registers'], requireApproval: RequireApproval) => ({
      list: door.list.handler(() => register.ledger.registers().map(settingsOf)),
      check: door.check.handler(async ({ input }) => {
        const found = standsAt(input);
        if (!found) {
          await new Promise((resolve) => setTimeout(resolve, NO_ANSWER_MS));
          throw new AppError('fiscal.register_unavailable', `${input.ip}:${input.port}`);
        }
        return {
          model: found.model ?? '',
          kktSerial: found.kktSerial ?? '',
          fnNumber: found.fnNumber ?? '',
          driverVersion: found.driverVersion ?? '',
          shiftState: found.shift.state,
          shiftNumber: found.shift.number,
          paperPresent: found.paperPresent,
          tookMs: 214,
        };
      }),
      checkAgent: door.checkAgent.handler(({ input }) => {
        if (!input.serverUrl.includes('hq')) throw new AppError('device.server_unreachable', input.serverUrl);
        if (input.token !== TOKEN) throw new AppError('auth.unauthorized', 'unknown token');
        return { fiscalDeviceId: 'kkt-9', name: 'Касса склада', kkt: { ip: '192.168.0.14', port: 5555 } };
      }),
      setAddress: door.setAddress.handler(({ input }) => {
        if (settings(input.id).addressFrom === 'policy') throw new AppError('fiscal.address_by_policy', input.id);
        requireApproval({ action: 'settings', subject: input.id, approvalId: input.approvalId });
        changes.set(input.id, {
          address: input.address ?? undefined,
          state: input.address ? 'ready' : 'not_configured',
        });
        return settings(input.id);
      }),
      setAgent: door.setAgent.handler(({ input }) => {
        requireApproval({ action: 'settings', subject: 'kkt-9', approvalId: input.approvalId });
        if (input.token !== TOKEN) throw new AppError('auth.unauthorized', 'unknown token');
        added.add('kkt-9');
        changes.add({
          ...state().register,
          id: 'kkt-9',
          name: input.name ?? 'Касса склада',
          isMain: false,
          state: 'unavailable',
          address: { ip: '192.168.0.14', port: 5555 },
          kktSerial: '00106700000009',
        });
        return settings('kkt-9');
      }),
      setMain: door.setMain.handler(({ input }) => {
        get(input.id);
        requireApproval({ action: 'settings', subject: input.id, approvalId: input.approvalId });
        changes.setMain(input.id);
        return settings(input.id);
      }),
      remove: door.remove.handler(({ input }) => {
        get(input.id);
        if (register.viewOf(input.id).queued > 0) throw new AppError('fiscal.register_busy', input.id);
        requireApproval({ action: 'settings', subject: input.id, approvalId: input.approvalId });
        changes.remove(input.id);
      }),
      accept: door.accept.handler(({ input }) => {
        const { kktSerial } = get(input.id);
        if (kktSerial !== input.kktSerial) throw new AppError('fiscal.another_register', kktSerial ?? '');
        requireApproval({ action: 'register', subject: input.id, approvalId: input.approvalId });
        changes.set(input.id, { state: 'ready', expectedSerial: undefined });
        return settings(input.id);
      }),
    }),
  };
}
