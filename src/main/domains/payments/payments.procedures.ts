import { rpc } from '#main/rpc/rpc.ts';
import type { PaymentService } from './payments.service.ts';

export const paymentsProcedures = (payments: PaymentService) => ({
  checkout: rpc.payments.checkout.handler(({ input }) => payments.checkout(input)),
  refund: rpc.payments.refund.handler(({ input }) => payments.refund(input)),
  createIntent: rpc.payments.createIntent.handler(({ input }) => payments.createIntent(input.visitId)),
  intent: rpc.payments.intent.handler(({ input }) => payments.intent(input.id)),
  giveBack: rpc.payments.giveBack.handler(({ input }) => payments.giveBack(input.visitId)),
  means: rpc.payments.means.handler(() => payments.means()),
  payByCode: rpc.payments.payByCode.handler(({ input }) => payments.payByCode(input.visitId, input.code)),
  payAtDesk: rpc.payments.payAtDesk.handler(({ input }) => payments.payAtDesk(input.visitId)),
  confirmAtDesk: rpc.payments.confirmAtDesk.handler(({ input }) => payments.confirmAtDesk(input)),
  cancelIntent: rpc.payments.cancelIntent.handler(({ input }) => payments.cancel(input.id)),
});
