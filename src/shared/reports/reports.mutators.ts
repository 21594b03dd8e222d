import { z } from 'zod';
import { apply, defineMutator } from '../sync/mutator.ts';
import { deviceScope } from '../sync/scopes.ts';
import { Report } from './reports.schema.ts';

/** A document was made. A fact, written once: what a guest was given does not change. */
export const makeReport = defineMutator({
  name: 'report.make',
  fact: true,
  modes: ['kiosk'],
  merge: 'insert_once',
  writes: ['report'],
  scope: 'device',
  args: z.strictObject({ report: Report }),
  reads: ({ report }) => [{ type: 'report', id: report.id }],
  decide: ({ report }, rows, { writer }) =>
    rows.get({ type: 'report', id: report.id })
      ? apply()
      : apply({
          type: 'report',
          id: report.id,
          scope: deviceScope(writer.deviceId),
          fields: { ...report, deviceId: writer.deviceId },
        }),
});
