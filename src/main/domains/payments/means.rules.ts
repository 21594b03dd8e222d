/** What an intent's money is, by the means that it came by. */
import type { Tender } from '#shared/fiscal/fiscal.schema.ts';
import { FreeCodeType } from '#shared/kiosk/kiosk.schema.ts';
import type { PaymentIntent, PaymentMethodKind } from '#shared/payments/payments.schema.ts';

/** Does it need no provider: was it an attendant, or a code that one gave out? */
export const isAtHand = ({ provider }: Pick<PaymentIntent, 'provider'>): boolean =>
  provider === 'cashdesk' || provider === 'code';

export interface Movement {
  readonly method: PaymentMethodKind;
  /** On the receipt; absent: no money moved, and no receipt is due. */
  readonly tender?: Tender['type'];
}

/** A cash code is cash that the attendant took; a code of amends is nobody's money. */
export function movementOf({ provider, metadata }: Pick<PaymentIntent, 'provider' | 'metadata'>): Movement {
  switch (provider) {
    case 'dev':
    case 'yookassa':
      return { method: 'psp', tender: 'card' };
    case 'cashdesk':
      return metadata?.['tender'] === 'card' ? { method: 'card', tender: 'card' } : { method: 'cash', tender: 'cash' };
    case 'code':
      return metadata?.['codeType'] === FreeCodeType.enum.error
        ? { method: 'free_code' }
        : { method: 'cash', tender: 'cash' };
  }
}
