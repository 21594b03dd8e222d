/**
 * Writes src/main/domains/fiscal/fptr/constants.ts from a table of the driver's constants.
 *
 *   node scripts/generate-fptr-constants.mjs TABLE.tsv
 *
 * The table has a row a constant: group, name, value. Names repeat with other numbers in other groups
 * (LIBFPTR_RT_* is three of them), so each group becomes an object of its own. Add a name here to use it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const words = (text) => text.trim().split(/\s+/);

/** Object name → group of the table, prefix to drop, names to take ('*' for all). */
const PICKS = {
  Setting: ['setting_key', 'LIBFPTR_SETTING_', words('MODEL PORT IPADDRESS IPPORT AUTO_RECONNECT REMOTE_TIMEOUT')],
  Port: ['libfptr_port', 'LIBFPTR_PORT_', words('TCPIP')],
  Param: [
    'libfptr_param',
    'LIBFPTR_PARAM_',
    words(`TEXT RECEIPT_TYPE REPORT_TYPE MODE SERIAL_NUMBER INFO_DISCOUNT_SUM USE_ONLY_TAX_TYPE PAYMENT_TYPE
      PAYMENT_SUM REMAINDER CHANGE DEPARTMENT TAX_TYPE TAX_SUM RECEIPT_ELECTRONICALLY DATA_TYPE OPERATOR_ID LOGICAL_NUMBER
      DATE_TIME FISCAL SHIFT_STATE CASHDRAWER_OPENED RECEIPT_PAPER_PRESENT COVER_OPENED SUBMODE RECEIPT_NUMBER
      DOCUMENT_NUMBER SHIFT_NUMBER RECEIPT_SUM RECEIPT_LINE_LENGTH MODEL_NAME MODEL UNIT_VERSION PRINTER_CONNECTION_LOST
      PRINTER_ERROR CUT_ERROR PRINTER_OVERHEAT SUM COUNT FN_DATA_TYPE TAG_NUMBER TAG_VALUE DOCUMENTS_COUNT
      FISCAL_SIGN DEVICE_FFD_VERSION FN_FFD_VERSION FFD_VERSION COMMODITY_NAME PRICE QUANTITY POSITION_SUM
      REGISTRATIONS_REMAIN REGISTRATIONS_COUNT FN_VERSION OFD_EXCHANGE_STATUS FN_STATE DOCUMENT_CLOSED RECORDS_TYPE
      HAS_OFD_TICKET INVALID_FN FN_NEED_REPLACEMENT FN_RESOURCE_EXHAUSTED FN_MEMORY_OVERFLOW FN_OFD_TIMEOUT
      FN_CRITICAL_ERROR OFD_MESSAGE_READ FN_DOCUMENT_TYPE FN_PRESENT FN_FISCAL BLOCKED DOCUMENT_PRINTED TAG_NAME
      TAG_TYPE TAG_IS_COMPLEX TAG_IS_REPEATABLE SHIFT_AUTO_OPENED PAPER_NEAR_END RECORDS_ID FN_DAYS_REMAIN
      RECEIPTS_COUNT DOCUMENT_TYPE FN_SERIAL_NUMBER ECR_REGISTRATION_NUMBER OFD_VATIN FNS_URL MACHINE_NUMBER
      MEASUREMENT_UNIT`),
  ],
  ReceiptType: ['libfptr_receipt_type', 'LIBFPTR_RT_', words('CLOSED SELL SELL_RETURN BUY BUY_RETURN')],
  ReportType: ['libfptr_report_type', 'LIBFPTR_RT_', words('CLOSE_SHIFT X LAST_DOCUMENT FN_DOC_BY_NUMBER')],
  RecordsType: ['libfptr_records_type', 'LIBFPTR_RT_', words('FN_DOCUMENT_TLVS PARSE_COMPLEX_ATTR')],
  KktData: [
    'libfptr_kkt_data_type',
    'LIBFPTR_DT_',
    words(`STATUS CASH_SUM PAYMENT_SUM DATE_TIME SHIFT_STATE RECEIPT_STATE SERIAL_NUMBER MODEL_INFO RECEIPT_COUNT
      SHORT_STATUS CACHE_REQUISITES CASHIN_SUM CASHIN_COUNT CASHOUT_SUM CASHOUT_COUNT RECEIPT_LINE_LENGTH REVENUE`),
  ],
  DocumentType: [
    'libfptr_document_type',
    'LIBFPTR_DT_',
    words('CLOSED RECEIPT_SELL RECEIPT_SELL_RETURN RECEIPT_BUY RECEIPT_BUY_RETURN'),
  ],
  FnData: [
    'libfptr_fn_data_type',
    'LIBFPTR_FNDT_',
    words(`TAG_VALUE OFD_EXCHANGE_STATUS FN_INFO LAST_RECEIPT LAST_DOCUMENT SHIFT FFD_VERSIONS VALIDITY REG_INFO
      DOCUMENTS_COUNT_IN_SHIFT DOCUMENT_BY_NUMBER VALIDITY_DAYS`),
  ],
  FnDocument: ['libfptr_fn_document_type', 'LIBFPTR_FN_DOC_', words('OPEN_SHIFT RECEIPT CLOSE_SHIFT')],
  FnState: ['libfptr_fn_state', 'LIBFPTR_FNS_', words('FISCAL_MODE')],
  ShiftState: ['libfptr_shift_state', 'LIBFPTR_SS_', '*'],
  PaymentType: ['libfptr_payment_type', 'LIBFPTR_PT_', words('CASH ELECTRONICALLY PREPAID CREDIT OTHER')],
  TaxType: ['libfptr_tax_type', 'LIBFPTR_TAX_', '*'],
  Taxation: ['libfptr_taxation_type', 'LIBFPTR_TT_', '*'],
  Ffd: ['libfptr_ffd_version', 'LIBFPTR_FFD_', '*'],
  TagType: ['libfptr_tag_type', 'LIBFPTR_TAG_TYPE_', '*'],
  Unit: ['libfptr_item_units', 'LIBFPTR_IU_', words('PIECE GRAM KILOGRAM LITER METER SQUARE_METER HOUR DAY OTHER')],
  DriverError: [
    'libfptr_error',
    'LIBFPTR_ERROR_',
    words(`CONNECTION_DISABLED NO_CONNECTION PORT_BUSY PORT_NOT_AVAILABLE INCORRECT_DATA INTERNAL UNSUPPORTED_CAST
      NO_REQUIRED_PARAM INVALID_SETTINGS NOT_SUPPORTED INVALID_MODE INVALID_PARAM NOT_LOADED UNKNOWN INVALID_SUM INVALID_QUANTITY
      NO_MORE_DATA BLOCKED_BY_REPORT_INTERRUPTION MODE_BLOCKED NO_PAPER COVER_OPENED PRINTER_FAULT MECHANICAL_FAULT
      INVALID_RECEIPT_TYPE NONCACH_PAYMENTS_TOO_MUCH BUSY INVALID_PAYMENT_TYPE NOT_FULLY_PAID SHIFT_EXPIRED
      DENIED_IN_CLOSED_SHIFT NO_CASH DENIED_IN_CLOSED_RECEIPT DENIED_IN_OPENED_RECEIPT DENIED_IN_OPENED_SHIFT DENIED_BY_LICENSE
      PRINTER_OVERHEAT FN_EXCHANGE FN_TOTAL_OVERFLOW FN_NO_MORE_DATA FN_INVALID_COMMAND FN_RESOURCE_HAS_EXPIRED
      FN_INVALID_TIME_DIFFERENCE INVALID_TAXATION_TYPE INVALID_TAX_TYPE FISCAL_PROPERTY_WRITE CUTTER_FAULT
      REPORT_INTERRUPTED FN_INTERFACE NO_REQUIRED_FISCAL_PROPERTY FN_READ_DOCUMENT
      NO_ACTIVE_OPERATOR REGISTRATION_REPORT_INTERRUPTED CLOSE_FN_REPORT_INTERRUPTED OPEN_SHIFT_REPORT_INTERRUPTED
      OFD_EXCHANGE_REPORT_INTERRUPTED CLOSE_RECEIPT_INTERRUPTED FN_QUERY_INTERRUPTED DENIED_IN_OPENED_DOC
      DENIED_IN_CLOSED_DOC INVALID_TOTAL INVALID_RECORDS_ID CONNECTION_LOST`),
  ],
};

const file = process.argv[2];
if (file === undefined) {
  console.error('usage: node scripts/generate-fptr-constants.mjs TABLE.tsv');
  process.exit(2);
}

const table = new Map();
for (const line of readFileSync(file, 'utf8').split('\n')) {
  const [group, name, value] = line.split('\t');
  if (!table.has(group)) table.set(group, new Map());
  table.get(group).set(name, value);
}

const literal = (value) => (value.startsWith('"') ? `'${JSON.parse(value)}'` : value);

const objects = Object.entries(PICKS).map(([object, [group, prefix, picked]]) => {
  const known = table.get(group) ?? new Map();
  const names = picked === '*' ? [...known.keys()].map((name) => name.replace(prefix, '')) : picked;
  const rows = names.map((name) => {
    const value = known.get(prefix + name);
    if (value === undefined) throw new Error(`${prefix}${name} is not in group ${group} of ${file}`);
    return `  ${/^\d/.test(name) ? `'${name}'` : name}: ${literal(value)},`;
  });
  return `/** ${prefix}* of ${group} */\nexport const ${object} = {\n${rows.join('\n')}\n} as const;\n`;
});

const head = `/**
 * Numbers of the driver's interface (libfptr 10.10.8), those this product and its register emulator use.
 * Written by scripts/generate-fptr-constants.mjs; do not edit.
 */
`;
writeFileSync(
  join(import.meta.dirname, '../src/main/domains/fiscal/fptr/constants.ts'),
  `${head}\n${objects.join('\n')}`,
);
