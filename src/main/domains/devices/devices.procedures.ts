import type { ChangeBus } from '#main/core.ts';
import { streamChanges } from '#main/rpc/changes-stream.ts';
import { rpc } from '#main/rpc/rpc.ts';
import type { DevicesService } from './devices.service.ts';

export const devicesProcedures = (devices: DevicesService, changes: ChangeBus) => ({
  info: rpc.device.info.handler(({ context }) => devices.info(context.mode)),
  enrol: rpc.device.enrol.handler(({ input, context }) => devices.enrol(context.mode, input)),
  changes: rpc.device.changes.handler(({ signal }) => streamChanges(changes, signal)),
  reportFault: rpc.device.reportFault.handler(({ input }) => devices.reportFault(input)),
});
