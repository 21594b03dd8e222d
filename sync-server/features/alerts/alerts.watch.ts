/** Looks for troubles that nobody reports, because whoever would is silent; and writes to those who administer. */
import type { FastifyBaseLogger } from 'fastify';
import type { NewId } from '#shared/kernel/ids.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import type { Channel, EmailMessage } from '../reports/channel.port.ts';
import { letterOf } from './alerts.letter.ts';
import { raiseAlert } from './alerts.repo.ts';
import { decide, type FlapRule, type Found, groupSilent } from './flap.rules.ts';
import { findRegisterTroubles } from './register-troubles.rules.ts';
import {
  closeAlert,
  endLetter,
  listAdminAddresses,
  listMoneyOfSilent,
  listOrganizationIds,
  listRegisterStates,
  listSilentKiosks,
  listWatches,
  saveWatch,
  takeForLetter,
  takeTurn,
} from './watch.repo.ts';

const MINUTE = 60_000;
const EVERY_MS = MINUTE;
/** A kiosk pulls twice a minute: this is no hiccup of its line. */
const SILENT_MS = 3 * MINUTE;
const MONEY_MS = 15 * MINUTE;
const LETTER_EVERY_MS = 15 * MINUTE;
/** Longer than any channel waits. Whoever writes for longer is dead; a doubled letter is cheaper than none. */
const WRITING_MS = 5 * MINUTE;
const RULE: FlapRule = { raiseAfterMs: 7 * MINUTE, clearAfterMs: 10 * MINUTE };

/** Only kiosks are watched for silence; a shop falls silent with all of its own. */
const SILENCES: ReadonlySet<string> = new Set(['device.silent', 'device.shop_silent']);

export function createAlertWatch(ports: {
  readonly db: Db;
  readonly now: () => number;
  readonly newId: NewId;
  readonly live: Pick<Live, 'hqChanged'>;
  /** Absent: nobody carries letters, and the page has to be looked at. */
  readonly email: Pick<Channel<EmailMessage>, 'send'> | undefined;
  /** Where headquarters is, for the letter. */
  readonly url: () => string;
  readonly log: FastifyBaseLogger;
}) {
  const { db, now, live, log } = ports;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;

  async function look(tenant: Tenant): Promise<void> {
    const at = now();
    const isNews = await db.transaction(async (tx) => {
      if (!(await takeTurn(tx, tenant))) return false;
      const found = [
        ...groupSilent(await listSilentKiosks(tx, tenant, at - SILENT_MS)),
        ...(await listMoneyOfSilent(tx, tenant, at - MONEY_MS)),
        ...findRegisterTroubles(await listRegisterStates(tx, tenant), at),
      ];
      return settle(tx, tenant, found, at);
    });
    if (isNews) live.hqChanged(tenant.organizationId, ['alerts', 'summary']);
    await write(tenant, at);
  }

  async function settle(tx: Tx, tenant: Tenant, found: readonly Found[], at: number): Promise<boolean> {
    const keyOf = (kind: string, type: string, id: string) => `${kind} ${type} ${id}`;
    const known = new Map(
      (await listWatches(tx, tenant)).map((one) => [keyOf(one.kind, one.subjectType, one.subjectId), one] as const),
    );
    let isNews = false;
    for (const { kind, subject, details } of found) {
      const key = keyOf(kind, subject.type, subject.id);
      const { watch, act } = decide(known.get(key), true, at, RULE);
      known.delete(key);
      await saveWatch(tx, tenant, { kind, subjectType: subject.type, subjectId: subject.id }, watch);
      if (act !== 'raise') continue;
      const isRaised = await raiseAlert(tx, tenant, ports.newId(), { kind, subject, details, at });
      if (isRaised && SILENCES.has(kind)) {
        const actor = { kind: 'system', id: 'alerts' } as const;
        await appendAudit(tx, tenant, { at, event: 'KIOSK_OFFLINE', actor, entity: subject, details });
      }
      isNews = isRaised || isNews;
    }
    for (const watched of known.values()) {
      const { watch, act } = decide(watched, false, at, RULE);
      await saveWatch(tx, tenant, watched, watch);
      if (act !== 'clear') continue;
      await closeAlert(tx, tenant, watched, at);
      isNews = true;
    }
    return isNews;
  }

  async function write(tenant: Tenant, at: number): Promise<void> {
    const { email } = ports;
    if (email === undefined) return;
    const addresses = await listAdminAddresses(db, tenant);
    if (addresses.length === 0) return;
    const due = await db.transaction((tx) =>
      takeForLetter(tx, tenant, { at, lastBefore: at - LETTER_EVERY_MS, givenUpBefore: at - WRITING_MS }),
    );
    if (due.length === 0) return;
    const letter = letterOf(due, ports.url());
    const key = ports.newId();
    const results = await Promise.all(
      addresses.map((to, index) => email.send({ to, ...letter, key: `${key}-${index}` })),
    );
    const isLost = results.every(({ kind }) => kind === 'refused');
    log[isLost ? 'warn' : 'info']({ alerts: due.length, letters: results.length, isLost }, 'wrote about alerts');
    await endLetter(db, tenant, { begunAt: at, mailedAt: isLost ? null : at });
  }

  async function tick(): Promise<void> {
    for (const organizationId of await listOrganizationIds(db)) {
      // One that cannot be looked at leaves the others no less watched.
      try {
        await look({ organizationId });
      } catch (err) {
        log.error({ err, organizationId }, 'looking for troubles failed');
      }
    }
  }

  return {
    tick,
    start: () => {
      timer ??= setInterval(() => {
        running ??= tick()
          .catch((err: unknown) => log.error({ err }, 'looking for troubles failed'))
          .finally(() => {
            running = undefined;
          });
      }, EVERY_MS).unref();
    },
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
