/**
 * Means at hand, which need no bank and no network: a code that an attendant gave out, and the attendant, who takes the
 * money at the kiosk and says so by a PIN. Both end as every intent does, so a power cut finds nothing new here.
 */
import type { Core } from '#main/core.ts';
import type { Tender } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { FreeCode } from '#shared/kiosk/kiosk.schema.ts';
import { mayPaymentBecome } from '#shared/payments/payments.rules.ts';
import type { PaymentIntent } from '#shared/payments/payments.schema.ts';
import type { Means } from '#shared/rpc/payments.contract.ts';
import type { Endings } from './confirm.service.ts';
import type { Begin, Choose, IntentDeps } from './intents.service.ts';
import { type OrderIntent, patchIntent } from './payments.repo.ts';

export interface AtHand {
  /** What can be paid by now. */
  means(): Promise<Means>;
  /**
   * A code pays for the visit. Another way of paying that is going on is given up; money that was faster is answered, and
   * the code is not spent. Throws what `createIntent` does, but for the provider's, and what `CodeService.admit` does.
   */
  payByCode(visitId: string, code: string): Promise<PaymentIntent>;
  /** Begins paying the attendant: the order has a number to name. Throws as `createIntent`, but for the provider's. */
  payAtDesk(visitId: string): Promise<PaymentIntent>;
  /**
   * The attendant has the money. Throws `payments.not_found`, `payments.illegal_transition`, `staff.pin_wrong`,
   * `staff.locked`.
   */
  confirmAtDesk(taken: Taken): Promise<PaymentIntent>;
}

export interface Taken {
  readonly id: string;
  readonly memberId: string;
  readonly pin: string;
  readonly tender: Tender['type'];
}

export interface AtHandParts {
  readonly endings: Endings;
  readonly begin: Begin;
  /** The service of the visit at the catalogue's price. */
  readonly atPrice: Choose;
  readonly toPublic: (intent: OrderIntent) => PaymentIntent;
}

export function createAtHand(core: Core, deps: IntentDeps, parts: AtHandParts): AtHand {
  const { codes, staff, provider } = deps;
  const { endings, begin, atPrice, toPublic } = parts;
  const { db, now } = core;
  const log = core.log.child({ domain: 'payments' });

  /** The code is spent with the intent that it pays for. */
  const byCode =
    (code: FreeCode): Choose =>
    (tx, visit, known) => {
      const chosen = atPrice(tx, visit, known);
      if ('id' in chosen) return chosen;
      return {
        ...chosen,
        metadata: { codeId: code.id, codeType: code.type },
        alongside: ({ id, amountMinor }) => codes.spend(tx, code, { redemptionId: id, amountMinor }),
      };
    };

  return {
    means: async () => ({
      bank: provider !== undefined && (provider.name === 'dev' || deps.isOnline()),
      desk: staff.list().map(({ id, name }) => ({ id, name })),
      code: await codes.isReady(),
    }),
    payByCode: async (visitId, typed) => {
      deps.visits.get(visitId);
      const code = await codes.admit(typed);
      const { intent } = await begin(visitId, byCode(code), 'code');
      return toPublic(intent.provider === 'code' ? endings.confirm(intent, intent.createdAt) : intent);
    },
    payAtDesk: async (visitId) => toPublic((await begin(visitId, atPrice, 'cashdesk')).intent),
    confirmAtDesk: async ({ id, memberId, pin, tender }) => {
      const operator = await staff.vouch(memberId, pin);
      // The PIN took a while to check: the guest may have left, or another hand been faster.
      const intent = endings.get(id);
      if (intent.status === 'confirmed') return toPublic(intent);
      if (
        intent.provider !== 'cashdesk' ||
        intent.status !== 'pending' ||
        !mayPaymentBecome(intent.status, 'confirmed')
      ) {
        throw new AppError('payments.illegal_transition', `the intent is ${intent.status}`, {
          details: { status: intent.status },
        });
      }
      db.transaction((tx) => patchIntent(tx, id, { metadata: { tender } }), { behavior: 'immediate' });
      log.info('an attendant took the money', { intentId: id, memberId, tender });
      return toPublic(endings.confirm(endings.get(id), now(), operator));
    },
  };
}
