import { z } from 'zod';
import { Id, Minor } from '../kernel/schemas.ts';
import { type Anomaly, apply, type Decision, defineMutator, type Put } from '../sync/mutator.ts';
import { deviceScope } from '../sync/scopes.ts';
import { kioskOf } from './kiosk.rules.ts';
import { type FreeCode, FreeCodeType, type KioskLedgerEntry, OwnTrouble } from './kiosk.schema.ts';

const noted = (puts: readonly Put[], kind: string, details: Anomaly['details']): Decision => ({
  kind: 'apply',
  puts,
  anomalies: [{ kind, details }],
});

/** The kiosk is in trouble: told once by its id, kept, and no new guest is taken until somebody clears it, unless it goes on. */
export const reportKioskError = defineMutator({
  name: 'kiosk.report_error',
  fact: true,
  modes: ['kiosk'],
  merge: 'transitions',
  writes: ['kiosk_error', 'kiosk'],
  scope: 'device',
  args: z.strictObject({ id: Id, kioskId: Id, ...OwnTrouble.shape }),
  reads: ({ id, kioskId }) => [
    { type: 'kiosk_error', id },
    { type: 'kiosk', id: kioskId },
  ],
  decide: ({ id, kioskId, code, message, goesOn }, rows, { writer: { deviceId }, at }) => {
    if (rows.get({ type: 'kiosk_error', id })) return apply();
    const scope = deviceScope(deviceId);
    const told: Put = { type: 'kiosk_error', id, scope, fields: { id, deviceId, code, message, at } };
    if (kioskId !== deviceId) return noted([told], 'fact_not_recorded', { kioskId });
    const kiosk = kioskOf(rows.get({ type: 'kiosk', id: kioskId }), kioskId);
    return apply(told, {
      type: 'kiosk',
      id: kioskId,
      scope,
      fields:
        goesOn === true
          ? { ...kiosk, lastErrorCode: kiosk.lastErrorCode ?? code }
          : { ...kiosk, status: 'error', lastErrorCode: code, stoppedBy: code },
    });
  },
});

const Redemption = z.strictObject({
  codeId: Id,
  redemptionId: Id,
  type: FreeCodeType,
  /** What the round was worth: the partner's debt when it was paid by hand. */
  amountMinor: Minor,
});

const entryPut = (entry: KioskLedgerEntry): Put => ({
  type: 'kiosk_ledger',
  id: entry.id,
  scope: deviceScope(entry.deviceId),
  fields: entry,
});
const codePut = (code: FreeCode): Put => ({
  type: 'free_code',
  id: code.id,
  scope: deviceScope(code.deviceId),
  fields: code,
});

/**
 * A code opened a round here, perhaps with nobody to ask. It is spent, and a cash one is the partner's debt. Spent twice,
 * the first redemption stays, the partner owes once, and a person is told.
 */
export const redeemCode = defineMutator({
  name: 'code.redeem',
  fact: true,
  modes: ['kiosk'],
  merge: 'transitions',
  writes: ['free_code', 'kiosk_ledger'],
  scope: 'device',
  args: Redemption,
  reads: ({ codeId, redemptionId }) => [
    { type: 'free_code', id: codeId },
    { type: 'kiosk_ledger', id: redemptionId },
  ],
  decide: ({ codeId, redemptionId, type, amountMinor }, rows, { writer: { deviceId }, at }) => {
    if (rows.get({ type: 'kiosk_ledger', id: redemptionId })) return apply();
    const entry = entryPut({ id: redemptionId, deviceId, codeId, kind: 'code_cash', amountMinor, at });
    const owed = type === 'cash' ? [entry] : [];
    const code = rows.get({ type: 'free_code', id: codeId });
    // Forgotten here by its age: what was paid by hand for it is owed all the same.
    if (code === undefined || code.deviceId !== deviceId) return noted(owed, 'code_unknown', { codeId, redemptionId });
    if (code.redemptionId === redemptionId) return apply();
    if (code.redemptionId !== undefined) {
      return noted([], 'code_used_twice', { codeId, redemptionId, first: code.redemptionId });
    }
    return apply(codePut({ ...code, consumedAt: at, redemptionId }), ...owed);
  },
});

/** The round of a code could not be given: the code opens another one, and the debt for it is gone. */
export const returnCode = defineMutator({
  name: 'code.return',
  fact: true,
  modes: ['kiosk'],
  merge: 'transitions',
  writes: ['free_code', 'kiosk_ledger'],
  scope: 'device',
  args: z.strictObject({ codeId: Id, redemptionId: Id, returnId: Id }),
  reads: ({ codeId, redemptionId, returnId }) => [
    { type: 'free_code', id: codeId },
    { type: 'kiosk_ledger', id: redemptionId },
    { type: 'kiosk_ledger', id: returnId },
  ],
  decide: ({ codeId, redemptionId, returnId }, rows, { writer: { deviceId }, at }) => {
    if (rows.get({ type: 'kiosk_ledger', id: returnId })) return apply();
    const owed = rows.get({ type: 'kiosk_ledger', id: redemptionId });
    const back =
      owed?.kind === 'code_cash' && owed.deviceId === deviceId
        ? [entryPut({ ...owed, id: returnId, kind: 'code_returned', at })]
        : [];
    const code = rows.get({ type: 'free_code', id: codeId });
    if (code?.deviceId !== deviceId || code.redemptionId !== redemptionId) return apply(...back);
    const { consumedAt: _spentAt, redemptionId: _by, ...free } = code;
    return apply(codePut(free), ...back);
  },
});
