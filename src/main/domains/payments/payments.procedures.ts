import { rpc } from '#main/rpc/rpc.ts';
import type { PaymentService } from './payments.service.ts';

export const paymentsProcedures = (payments: PaymentService) => ({
  checkout: rpc.payments.checkout.handler(({ input }) => payments.checkout(input)),
  refund: rpc.payments.refund.handler(({ input }) => payments.refund(input)),
  createIntent: rpc.payments.createIntent.handler(({ input }) => payments.createIntent(input.visitId)),
  intent: rpc.payments.intent.handler(({ input }) => payments.intent(input.id)),
  giveBack: rpc.payments.giveBack.handler(({ input }) => payments.giveBack(input.visitId)),
  cancelIntent: rpc.payments.cancelIntent.handler(({ input }) => payments.cancel(input.id)),
});
