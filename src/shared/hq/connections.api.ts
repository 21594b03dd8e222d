/** REST between headquarters' page and the server about those it works with: who takes payments, who carries messages. */
import { z } from 'zod';

export const ConnectionName = z.enum(['payments', 'email', 'sms']);
export type ConnectionName = z.infer<typeof ConnectionName>;

/** What is tried: the provider itself, the way back from it, and whether that way was ever used. */
export const CheckStep = z.enum(['access', 'letter', 'webhook', 'notices']);
export type CheckStep = z.infer<typeof CheckStep>;

export const CheckFault = z.enum([
  /** The settings name nobody, or no `PUBLIC_URL`. */
  'not_set',
  'name_unknown',
  'unreachable',
  'timed_out',
  'tls',
  'credentials',
  /** The key is good, and may not do what is needed. */
  'forbidden',
  /** The shop or the account is closed or blocked. */
  'inactive',
  /** In PROD a shop that takes no real money. */
  'test_shop',
  'no_money',
  'refused',
  /** Whoever answers at `PUBLIC_URL` is not this server. */
  'other_server',
  /** A proxy stands in front that `TRUST_PROXY` does not name: every notification would be refused for its address. */
  'proxy',
  'not_https',
  'not_public',
  /** Payments succeeded, and no notification of theirs came. */
  'no_notices',
]);
export type CheckFault = z.infer<typeof CheckFault>;

export const CheckedStep = z.strictObject({
  step: CheckStep,
  outcome: z.enum(['ok', 'failed', 'skipped']),
  fault: CheckFault.optional(),
  /** In the provider's words, or the network's; never a secret. */
  said: z.string().max(300).optional(),
  /** When the last notification came, Unix ms. */
  at: z.int().optional(),
});
export type CheckedStep = z.infer<typeof CheckedStep>;

/** `GET /hq/connections`: what the settings say. */
export const HqConnections = z.strictObject({
  connections: z.array(
    z.strictObject({
      name: ConnectionName,
      provider: z.enum(['yookassa', 'smtp', 'sendgrid', 'twilio', 'smsc', 'dev']).nullable(),
      /** Where it is asked, as `host:port`. */
      host: z.string().nullable(),
      /** What the provider is told to notify; null without `PUBLIC_URL`, and where nobody notifies. */
      webhookUrl: z.string().nullable(),
    }),
  ),
});
export type HqConnections = z.infer<typeof HqConnections>;

/** `POST /hq/connections/:name/check` */
export const ConnectionCheck = z.strictObject({ steps: z.array(CheckedStep) });
export type ConnectionCheck = z.infer<typeof ConnectionCheck>;
