/** How the link with the server is, why, and what it means for the work here. */
import type { SyncStatus } from '#shared/rpc/device.contract.ts';
import { useNow } from '../../app/clock.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import { Notice } from '../../ui/notice.tsx';
import { lookOf, SYNC_LOOKS } from '../../ui/sync-look.ts';
import { sinceText } from '../../ui/sync-tag.tsx';
import { syncWhy } from '../../ui/sync-why.ts';
import classes from './link-notice.module.css';

export function LinkNotice({ sync }: { readonly sync: SyncStatus }) {
  const t = useText();
  const format = useShopFormat();
  const now = useNow(5000);
  const look = lookOf(sync);
  // What lies unread is said below; the link itself stands.
  const [tone, icon] = SYNC_LOOKS[look === 'refused' ? 'online' : look];
  const { lastExchangeAt, oldestUnsentAt, fault, clockSkewMs } = sync;
  const facts = [
    lastExchangeAt === undefined
      ? t('sync:badge.never')
      : t('sync:badge.exchange', { ago: format.ago(lastExchangeAt, now) }),
    oldestUnsentAt === undefined
      ? t('sync:badge.nothing')
      : t('sync:badge.waiting', { count: sync.unsent, time: sinceText(format, oldestUnsentAt, now) }),
    ...(clockSkewMs === undefined ? [] : [t('sync:clock')]),
  ];
  return (
    <Notice tone={tone} icon={icon}>
      <strong>{t(`sync:link.${look}`, { time: sinceText(format, sync.since, now) })}</strong>
      {fault === undefined || look === 'offline' || look === 'revoked' ? null : ` ${syncWhy(t, fault)}`}
      <br />
      <span className={classes.facts}>{facts.join(' • ')}</span>
    </Notice>
  );
}
