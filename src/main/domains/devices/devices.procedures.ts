import type { ChangeBus } from '#main/core.ts';
import { LOG_LEVELS, type LogEntry } from '#main/log/log.ts';
import { streamChanges } from '#main/rpc/changes-stream.ts';
import { rpc } from '#main/rpc/rpc.ts';
import type { LogEvent } from '#shared/rpc/device.contract.ts';
import type { DevicesService } from './devices.service.ts';

export const devicesProcedures = (devices: DevicesService, changes: ChangeBus, tail: () => readonly LogEntry[]) => ({
  info: rpc.device.info.handler(({ context }) => devices.info(context.mode)),
  enrol: rpc.device.enrol.handler(({ input, context }) => devices.enrol(context.mode, input)),
  changes: rpc.device.changes.handler(({ signal }) => streamChanges(changes, signal)),
  events: rpc.device.events.handler(({ input }) =>
    tail()
      .filter(({ level }) => LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(input.level))
      .slice(-input.limit)
      .toReversed()
      .map(toEvent),
  ),
  reportFault: rpc.device.reportFault.handler(({ input }) => devices.reportFault(input)),
});

const toEvent = ({ time, level, message, ...fields }: LogEntry): LogEvent => {
  const { event } = fields;
  return { time, level, message, fields, ...(typeof event === 'string' ? { event } : {}) };
};
