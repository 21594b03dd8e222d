import { rpc } from '#main/rpc/rpc.ts';
import type { ContractService } from './contracts.service.ts';

export const contractsProcedures = (contracts: ContractService) => ({
  card: rpc.contracts.card.handler(({ input }) => contracts.card(input.clientId)),
  draft: rpc.contracts.draft.handler(({ input }) => contracts.draft(input.clientId)),
  document: rpc.contracts.document.handler(({ input }) => contracts.document(input.clientId, input.contractId)),
  generate: rpc.contracts.generate.handler(({ input }) => contracts.generate(input.clientId)),
  requestOtp: rpc.contracts.requestOtp.handler(({ input }) => contracts.requestOtp(input.clientId)),
  confirm: rpc.contracts.confirm.handler(({ input }) => contracts.confirm(input.clientId, input.code)),
  confirmPayment: rpc.contracts.confirmPayment.handler(({ input }) => contracts.confirmPayment(input)),
  payOnline: rpc.contracts.payOnline.handler(({ input }) => contracts.payOnline(input.clientId, input.invoiceId)),
  notifyBilling: rpc.contracts.notifyBilling.handler(({ input }) => contracts.notifyBilling(input)),
});
