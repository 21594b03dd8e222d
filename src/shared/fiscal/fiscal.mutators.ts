import { z } from 'zod';
import { type Anomaly, defineMutator, type Put } from '../sync/mutator.ts';
import { shopScope } from '../sync/scopes.ts';
import { type FiscalDocument, FiscalRecord } from './fiscal.schema.ts';
import { ShiftReport } from './shift.schema.ts';

/**
 * The device reports how one of its fiscal tasks stands. A fact: a document once known is never replaced; a second,
 * different one for the same task is the gravest anomaly there is and is kept beside the first.
 */
export const reportFiscal = defineMutator({
  name: 'fiscal.report',
  fact: true,
  modes: ['kiosk', 'cashier'],
  merge: 'report',
  writes: ['fiscal_record'],
  scope: 'shop',
  args: z.strictObject({ record: FiscalRecord }),
  reads: ({ record }) => [{ type: 'fiscal_record', id: record.id }],
  decide: ({ record }, rows, { writer }) => {
    const known = rows.get({ type: 'fiscal_record', id: record.id });
    const anomalies: Anomaly[] = [];
    if (record.document && known?.document && !isSameDocument(record.document, known.document)) {
      anomalies.push({
        kind: 'two_fiscal_documents',
        details: { taskId: record.id, first: known.document, second: record.document },
      });
      return { kind: 'apply', puts: [], anomalies };
    }
    if (known && (known.updatedAt > record.updatedAt || (known.status === 'done' && record.status !== 'done'))) {
      return { kind: 'apply', puts: [], anomalies };
    }
    const put: Put = {
      type: 'fiscal_record',
      id: record.id,
      scope: shopScope(writer.shopId),
      fields: { ...record, deviceId: writer.deviceId, shopId: writer.shopId },
    };
    return { kind: 'apply', puts: [put], anomalies };
  },
});

/** An X or Z report of one of the device's registers. A fact: written once, never changed. */
export const reportShift = defineMutator({
  name: 'fiscal.shift_report',
  fact: true,
  modes: ['kiosk', 'cashier'],
  merge: 'insert_once',
  writes: ['shift_report'],
  scope: 'shop',
  args: z.strictObject({ report: ShiftReport }),
  reads: ({ report }) => [{ type: 'shift_report', id: report.id }],
  decide: ({ report }, rows, { writer }) => {
    if (rows.get({ type: 'shift_report', id: report.id })) return { kind: 'apply', puts: [], anomalies: [] };
    const fields = { ...report, deviceId: writer.deviceId, shopId: writer.shopId };
    const put: Put = { type: 'shift_report', id: report.id, scope: shopScope(writer.shopId), fields };
    return { kind: 'apply', puts: [put], anomalies: [] };
  },
});

const isSameDocument = (a: FiscalDocument, b: FiscalDocument): boolean =>
  a.fnNumber === b.fnNumber && a.fiscalDocumentNumber === b.fiscalDocumentNumber;
