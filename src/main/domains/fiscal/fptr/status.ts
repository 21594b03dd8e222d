/** The register's state in one reading. */
import type { RegisterStatus } from '../fiscal.register.ts';
import { FnData, KktData, Param, ReceiptType } from './constants.ts';
import { readLastDocument } from './documents.ts';
import { int } from './fptr-param.ts';
import { readFnNumber, readRegistrationNumber } from './identity.ts';
import type { FptrCalls } from './session.ts';
import { shiftStateOf } from './vocabulary.ts';

export async function readStatus(calls: FptrCalls, driverVersion: string): Promise<RegisterStatus> {
  const { call } = calls;
  const kkt = await call('query_data', [int(Param.DATA_TYPE, KktData.STATUS)]);
  const status = {
    model: kkt.str(Param.MODEL_NAME),
    kktSerial: kkt.str(Param.SERIAL_NUMBER).trim(),
    clock: kkt.time(Param.DATE_TIME),
    paperPresent: kkt.bool(Param.RECEIPT_PAPER_PRESENT),
    paperNearEnd: kkt.bool(Param.PAPER_NEAR_END),
    coverOpened: kkt.bool(Param.COVER_OPENED),
    receiptOpen: kkt.int(Param.RECEIPT_TYPE) !== ReceiptType.CLOSED,
  };

  const shift = await call('query_data', [int(Param.DATA_TYPE, KktData.SHIFT_STATE)]);
  const shiftState = shiftStateOf(shift.int(Param.SHIFT_STATE));
  const shiftNumber = shift.int(Param.SHIFT_NUMBER);
  const expires = shiftState === 'closed' ? {} : { shiftExpiresAt: shift.time(Param.DATE_TIME) };

  const cash = await call('query_data', [int(Param.DATA_TYPE, KktData.CASH_SUM)]);
  const cashMinor = cash.money(Param.SUM);

  const ofd = await call('fn_query_data', [int(Param.FN_DATA_TYPE, FnData.OFD_EXCHANGE_STATUS)]);
  const unsentDocuments = ofd.int(Param.DOCUMENTS_COUNT);
  const since = unsentDocuments === 0 ? {} : { unsentSince: ofd.time(Param.DATE_TIME) };

  return {
    ...status,
    driverVersion,
    shiftState,
    shiftNumber,
    ...expires,
    cashMinor,
    unsentDocuments,
    ...since,
    fnNumber: await readFnNumber(calls),
    registrationNumber: await readRegistrationNumber(calls),
    lastDocumentNumber: (await readLastDocument(calls)).fiscalDocumentNumber,
  };
}
