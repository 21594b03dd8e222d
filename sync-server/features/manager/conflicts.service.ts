/** A conflict that is settled in a browser: by the mutation by which a device settles one. */
import { ApplianceField } from '#shared/clients/appliances.schema.ts';
import { ClientField } from '#shared/clients/clients.schema.ts';
import type { FileField } from '#shared/clients/file.view.ts';
import { CONFLICT_FIELDS, type ResolveConflictRequest } from '#shared/clients/manager-conflicts.api.ts';
import { PassportPart } from '#shared/clients/passport.mutators.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { ManagerPrincipal } from '../../auth/principals.ts';
import type { OwnMutation } from '../../sync/own-mutations.ts';
import type { ClientDesk } from './client-desk.service.ts';
import type { ClientFile } from './client-file.ts';

/** The name of a field here, of its name on the wire. One of another row's is refused by that row's mutation. */
function fieldOf(row: ResolveConflictRequest['row'], name: ResolveConflictRequest['field']): FileField {
  const own = { client: ClientField.options, passport: PassportPart.options, device: ApplianceField.options }[row];
  const field = own.find((one) => CONFLICT_FIELDS[one] === name);
  if (field === undefined) throw new AppError('app.bad_input', `a ${row} has no field ${name}`);
  return field;
}

export const createConflictsDesk = (desk: Pick<ClientDesk, 'change'>) => ({
  /**
   * @throws AppError `clients.conflict_changed`: it is settled, or another value came; `clients.not_found`: the row is of no
   * such file; what `ClientDesk.change` throws
   */
  resolve: (by: ManagerPrincipal, clientId: string, { row, id, field: name, choose }: ResolveConflictRequest) => {
    const field = fieldOf(row, name);
    const { device_id: deviceId, incarnation, mid } = choose;
    const choice = { id, choose: { deviceId, incarnation, mid }, by: by.name };
    const mutationOf = ({ appliances }: ClientFile): OwnMutation => {
      if (row === 'device') {
        if (!appliances.some((one) => one.id === id)) throw new AppError('clients.not_found', 'no such device');
        return { name: 'appliance.resolve_conflict', args: { ...choice, field: ApplianceField.parse(field) } };
      }
      if (id !== clientId) throw new AppError('clients.not_found', 'this row is of another client');
      return row === 'passport'
        ? { name: 'passport.resolve_conflict', args: { ...choice, field: PassportPart.parse(field) } }
        : { name: 'client.resolve_conflict', args: { ...choice, field: ClientField.parse(field) } };
    };
    return desk.change(by, clientId, {
      part: row === 'device' ? 'appliances' : row,
      event: 'CONFLICT_RESOLVED',
      details: { row, field },
      mutations: (file) => [mutationOf(file)],
    });
  },
});

export type ConflictsDesk = ReturnType<typeof createConflictsDesk>;
