/** The server and the person at the desk, as the desk sees them. */
import type {
  ExchangeDashboard,
  ExchangeTransaction,
  IncomingCommand,
  SaleWish,
  SellOverview,
  SellPreview,
  Sold,
} from '#shared/rpc/exchange.contract.ts';

export interface DeskUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface DeskSession {
  readonly token: string;
  readonly user: DeskUser;
}

/** Whose token a call carries: the person's who is signed in, or the installation's own. */
export type Via = 'user' | 'device';

export interface PhoneCommand {
  readonly id: string;
  readonly action: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** By the server's clock. */
  readonly expiresAt: number;
}

/**
 * Every call throws `AppError`: with the server's code, `device.server_unreachable` when there was no answer (what was asked
 * may have been done), `exchange.sign_in_needed` when the token of the person is not good or there is none.
 */
export interface ExchangeServer {
  login(email: string, password: string): Promise<DeskSession>;
  /** A ticket opens a session once. */
  redeem(ticket: string): Promise<DeskSession>;
  logout(token: string): Promise<void>;
  dashboard(): Promise<ExchangeDashboard>;
  overview(): Promise<SellOverview>;
  transactions(): Promise<ExchangeTransaction[]>;
  preview(wish: SaleWish): Promise<SellPreview>;
  /** Without a preview at the price of the moment. */
  sell(key: string, wish: SaleWish, previewId: string | undefined): Promise<Sold>;
  poll(via: Via): Promise<readonly PhoneCommand[]>;
  ack(
    via: Via,
    id: string,
    result: { readonly status: 'ACKNOWLEDGED' | 'FAILED'; readonly reason?: string },
  ): Promise<void>;
  pair(): Promise<{ readonly code: string; readonly expiresAt: number }>;
  /** Whose phone this installation is paired with, and whether the code that it shows can still be typed. */
  pairing(): Promise<{ readonly user: Pick<DeskUser, 'id' | 'name'> | undefined; readonly isCodeOpen: boolean }>;
}

/**
 * `order`: the form was filled in. `stale`: the question's time is over, with or without a price. `closed`: nobody is there to
 * answer any more, and the question is asked again after the next start.
 */
export type Answer =
  | { readonly kind: 'accept'; readonly settled?: Settled }
  | { readonly kind: 'order'; readonly wish: SaleWish; readonly previewId?: string; readonly settled?: Settled }
  | { readonly kind: 'reject' }
  | { readonly kind: 'stale' }
  | { readonly kind: 'closed' };

/** Whoever answered waits for what came of it. */
export interface Settled {
  sold(sold: Sold): void;
  failed(error: unknown): void;
}

/** The person at the desk: a dialog on the screen, a question in the terminal. */
export interface Confirm {
  /** @param until this device's clock; after it the answer is `stale`. */
  ask(question: IncomingCommand, until: number): Promise<Answer>;
}
