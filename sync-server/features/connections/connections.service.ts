/** Those the server works with, as the settings name them, and tried on demand (K-91, K-92). */
import { setTimeout as pause } from 'node:timers/promises';
import type {
  CheckedStep,
  CheckStep,
  ConnectionCheck,
  ConnectionName,
  HqConnections,
} from '#shared/hq/connections.api.ts';
import type { NewId, RandomBytes } from '#shared/kernel/ids.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type UserPrincipal } from '../../auth/principals.ts';
import { newSecret } from '../../auth/secrets.ts';
import { findPerson } from '../../auth/users.repo.ts';
import { type ServerConfig, takesPayments } from '../../config.ts';
import type { Db } from '../../db/db.ts';
import type { PaymentProvider } from '../payments/payment-provider.port.ts';
import type { Channel, EmailMessage } from '../reports/channel.port.ts';
import { type Channels, emailProviderOf, smsProviderOf } from '../reports/open-channels.ts';
import { countNotices } from './connections.repo.ts';
import { createSecretHider } from './hide-secrets.ts';
import { bad, type Probe } from './probe.ts';
import { testLetter } from './test-letter.ts';
import { probeWebhook, webhookUrlOf } from './webhook.probe.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Beyond what each step allows itself: whatever hangs, a person gets an answer. */
const STEP_MS = 10_000;
const SAID = 300;

export type ConnectionsService = ReturnType<typeof createConnections>;

export function createConnections(ports: {
  readonly config: ServerConfig;
  readonly db: Db;
  readonly now: () => number;
  readonly newId: NewId;
  readonly random: RandomBytes;
  /** Undefined: the settings name nobody who takes money. */
  readonly provider: Pick<PaymentProvider, 'check'> | undefined;
  readonly openChannels: () => Promise<Channels>;
  /** What this server proves itself by at its public address. */
  readonly probeSecret: string;
}) {
  const { config, db, now } = ports;
  const hide = createSecretHider(config);

  const list = (): HqConnections => ({
    connections: [
      {
        name: 'payments',
        provider: takesPayments(config) ? 'yookassa' : null,
        host: takesPayments(config) ? new URL(config.YOOKASSA_API_URL).host : null,
        webhookUrl: takesPayments(config) && config.PUBLIC_URL !== undefined ? webhookUrlOf(config.PUBLIC_URL) : null,
      },
      { name: 'email', ...emailOf(config), webhookUrl: null },
      { name: 'sms', ...smsOf(config), webhookUrl: null },
    ],
  });

  const toStep = (step: CheckStep, probe: Probe): CheckedStep =>
    probe.isGood
      ? { step, outcome: 'ok' }
      : {
          step,
          outcome: 'failed',
          fault: probe.fault,
          ...(probe.said === undefined ? {} : { said: hide(probe.said).slice(0, SAID) }),
        };

  const attempt = async (step: CheckStep, probe: () => Promise<Probe>): Promise<CheckedStep> => {
    const over = new AbortController();
    const late = pause(STEP_MS, bad('timed_out'), { signal: over.signal }).catch(() => bad('timed_out'));
    try {
      return toStep(step, await Promise.race([probe(), late]));
    } finally {
      over.abort();
    }
  };

  const webhook = (): Promise<Probe> => {
    const { PUBLIC_URL: publicUrl, AGENT_ENV: env } = config;
    if (publicUrl === undefined) return Promise.resolve(bad('not_set'));
    const challenge = newSecret(ports.random);
    return probeWebhook({ publicUrl, secret: ports.probeSecret, challenge, isReal: env === 'PROD' });
  };

  /** Payments are believed without notifications too, only later: that none come is seen here and nowhere else. */
  const notices = async (principal: UserPrincipal): Promise<CheckedStep> => {
    const step = 'notices';
    const { payments, notified, lastAt } = await countNotices(db, principal, now() - 7 * DAY, now() - MINUTE);
    if (payments === 0) return { step, outcome: 'skipped' };
    if (notified === 0) return { step, outcome: 'failed', fault: 'no_notices' };
    return { step, outcome: 'ok', ...(lastAt === null ? {} : { at: lastAt }) };
  };

  const letter = async (principal: UserPrincipal, email: Channel<EmailMessage>): Promise<Probe> => {
    const person = await findPerson(db, principal, principal.userId);
    if (person === undefined) return bad('refused');
    const sent = await email.send({ to: person.email, ...testLetter(person), key: ports.newId() });
    if (sent.kind === 'accepted') return { isGood: true };
    return bad(sent.kind === 'unknown' ? 'timed_out' : 'refused', sent.reason);
  };

  const checks: Readonly<Record<ConnectionName, (principal: UserPrincipal) => Promise<readonly CheckedStep[]>>> = {
    payments: async (principal) => {
      const { provider } = ports;
      if (provider === undefined) return [toStep('access', bad('not_set'))];
      return Promise.all([attempt('access', () => provider.check()), attempt('webhook', webhook), notices(principal)]);
    },
    email: async (principal) => {
      const { email } = await ports.openChannels();
      if (email === undefined) return [toStep('access', bad('not_set'))];
      const access = await attempt('access', () => email.check());
      if (access.outcome !== 'ok') return [access, { step: 'letter', outcome: 'skipped' }];
      return [access, await attempt('letter', () => letter(principal, email))];
    },
    sms: async () => {
      const { sms } = await ports.openChannels();
      return [sms === undefined ? toStep('access', bad('not_set')) : await attempt('access', () => sms.check())];
    },
  };

  /** Tries it now, within half a minute. A letter goes to whoever asks, to nobody else. */
  async function check(principal: UserPrincipal, name: ConnectionName): Promise<ConnectionCheck> {
    const steps = await checks[name](principal);
    const faults = steps.flatMap(({ step, fault }) => (fault === undefined ? [] : [`${step}: ${fault}`]));
    await db.transaction((tx) =>
      appendAudit(tx, principal, {
        at: now(),
        event: 'CONNECTION_CHECKED',
        actor: actorOf(principal),
        entity: { type: 'connection', id: name },
        details: { faults },
      }),
    );
    return { steps: [...steps] };
  }

  return { list, check };
}

type Place = Pick<HqConnections['connections'][number], 'provider' | 'host'>;

function emailOf(config: ServerConfig): Place {
  const provider = emailProviderOf(config);
  switch (provider) {
    case 'smtp':
      return { provider, host: `${config.SMTP_HOST}:${config.SMTP_PORT}` };
    case 'sendgrid':
      return { provider, host: new URL(config.SENDGRID_API_URL).host };
    case 'dev':
    case undefined:
      return { provider: provider ?? null, host: null };
  }
}

function smsOf(config: ServerConfig): Place {
  const provider = smsProviderOf(config);
  switch (provider) {
    case 'twilio':
      return { provider, host: new URL(config.TWILIO_API_URL).host };
    case 'smsc':
      return { provider, host: new URL(config.SMSC_API_URL).host };
    case 'dev':
    case undefined:
      return { provider: provider ?? null, host: null };
  }
}
