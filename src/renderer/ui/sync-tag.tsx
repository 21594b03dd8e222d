/** The link with the server in a few words: for the bar of cashier and manager. */
import type { SyncStatus } from '#shared/rpc/device.contract.ts';
import { useNow } from '../app/clock.tsx';
import type { Format } from '../app/format.ts';
import { type Text, useText } from '../app/i18n/i18n.ts';
import { useShopFormat } from '../app/shop.ts';
import { StatusTag } from './status-tag.tsx';
import { isStale, lookOf, SYNC_LOOKS } from './sync-look.ts';

export function SyncTag({ sync }: { readonly sync: SyncStatus }) {
  const t = useText();
  const format = useShopFormat();
  const now = useNow(10_000);
  const [tone, icon] = SYNC_LOOKS[lookOf(sync)];
  return (
    <StatusTag tone={tone} icon={icon}>
      {wordsOf(t, format, sync, now)}
    </StatusTag>
  );
}

function wordsOf(t: Text, format: Format, sync: SyncStatus, now: number): string {
  const look = lookOf(sync);
  switch (look) {
    case 'online':
      return isStale(sync, now)
        ? `${t('common:sync.online')} • ${format.ago(sync.lastExchangeAt ?? now, now)}`
        : t('common:sync.online');
    case 'sending':
      return t('common:sync.sending', { count: sync.unsent });
    case 'refused':
      return t('common:sync.refused', { count: sync.refused });
    case 'offline':
    case 'refusing': {
      const said = t(`common:sync.${look}_since`, { time: sinceText(format, sync.since, now) });
      return sync.unsent === 0 ? said : `${said} • ${t('common:sync.unsent', { count: sync.unsent })}`;
    }
    case 'hydrating':
    case 'not_enrolled':
    case 'revoked':
    case 'upgrade_required':
      return t(`common:sync.${look}`);
  }
}

/** Since when, by the clock on the wall: today's time, or the day as well. */
export function sinceText(format: Format, since: number, now: number): string {
  const isToday = format.date(since) === format.date(now);
  return isToday ? format.time(since) : `${format.dayMonth(since)} ${format.time(since)}`;
}
