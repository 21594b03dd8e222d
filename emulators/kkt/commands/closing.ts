/** What is asked after a document: is it in the fiscal memory, is it on paper. */
import { PrivateParam } from '#main/domains/fiscal/emulated/wire.ts';
import { DriverError, Param } from '#main/domains/fiscal/fptr/constants.ts';
import { type Device, print, withPaperOut } from '../device.ts';
import { KktError } from '../kkt-error.ts';
import type { DocumentKind, FnDocument } from '../model.ts';
import type { Inputs, Outputs } from '../params.ts';
import { layoutDocument } from '../tape-layout.ts';
import type { Commands } from './command.ts';

const KIND_BY_METHOD: Readonly<Record<string, DocumentKind>> = {
  open_receipt: 'receipt',
  open_shift: 'open_shift',
  report: 'close_shift',
};

function documentBegunBy(device: Device, method: string, after: number): FnDocument | undefined {
  return device.store.documents().findLast((each) => each.number > after && each.kind === KIND_BY_METHOD[method]);
}

/**
 * The handle that began the document sends what it remembers of it. One that remembers nothing (another program, or
 * ours after a restart) learns only that no receipt is open now: true as well when a receipt was cancelled.
 */
function checkDocumentClosed(device: Device, inputs: Inputs, out: Outputs, method: string): void {
  if (device.faults.take('link_error_on_check', method)) throw new KktError(DriverError.NO_CONNECTION);
  const { unprinted, lastDocument } = device.store.head();
  const begunBy = inputs.text(PrivateParam.BEGUN_KIND);
  if (begunBy === undefined) {
    out.flag(Param.DOCUMENT_CLOSED, device.receipt === undefined);
    out.flag(Param.DOCUMENT_PRINTED, unprinted !== lastDocument);
    return;
  }
  const document = documentBegunBy(device, begunBy, inputs.needNumber(PrivateParam.BEGUN_AFTER));
  out.flag(Param.DOCUMENT_CLOSED, document !== undefined);
  out.flag(Param.DOCUMENT_PRINTED, document !== undefined && unprinted !== document.number);
}

/** Finishes the paper of what was made last; nothing to do is no error. */
function continuePrint(device: Device): void {
  const { unprinted, owedSlip, paper, identity } = device.store.head();
  if (unprinted === null && owedSlip === null) return;
  if (!paper) throw new KktError(DriverError.NO_PAPER);
  const document = unprinted === null ? undefined : device.store.document(unprinted);
  if (document !== undefined) print(device, layoutDocument(document, identity));
  if (owedSlip !== null) print(device, owedSlip);
  device.store.update(withPaperOut);
}

export const closingCommands: Commands = {
  check_document_closed: checkDocumentClosed,
  continue_print: continuePrint,
};
