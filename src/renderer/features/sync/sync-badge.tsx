/** The link with the server on every screen where people work; all there is to know of it at a touch. */
import { Tooltip, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SyncStatus } from '#shared/rpc/device.contract.ts';
import { useNow } from '../../app/clock.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import { SyncTag, sinceText } from '../../ui/sync-tag.tsx';
import { syncWhy } from '../../ui/sync-why.ts';
import classes from './sync-badge.module.css';

/** Changes are told; how old they are is not. */
const REFRESH_MS = 15_000;

export function SyncBadge({ onOpen }: { readonly onOpen?: () => void }) {
  const api = useApi();
  const t = useText();
  // What it would say stands on the page that a press opens.
  const [isPressed, setPressed] = useState(false);
  const status = useQuery({ ...api.sync.status.queryOptions(), refetchInterval: REFRESH_MS });
  if (!status.data) return null;
  const tag = <SyncTag sync={status.data} />;
  return (
    <Tooltip
      label={<Facts sync={status.data} />}
      events={{ hover: true, focus: true, touch: false }}
      multiline
      w={320}
      disabled={isPressed}
    >
      {onOpen ? (
        <UnstyledButton
          className={classes.badge}
          onClick={() => {
            setPressed(true);
            onOpen();
          }}
          onMouseLeave={() => setPressed(false)}
          onBlur={() => setPressed(false)}
        >
          {tag}
          <span className="visually-hidden">{t('sync:badge.open')}</span>
        </UnstyledButton>
      ) : (
        <span className={classes.badge}>{tag}</span>
      )}
    </Tooltip>
  );
}

/** How old, how much, since when, and why. */
function Facts({ sync }: { readonly sync: SyncStatus }) {
  const t = useText();
  const format = useShopFormat();
  const now = useNow(5000);
  const { lastExchangeAt, unsent, oldestUnsentAt, refused, fault } = sync;
  return (
    <ul className={classes.facts}>
      <li>
        {lastExchangeAt === undefined
          ? t('sync:badge.never')
          : t('sync:badge.exchange', { ago: format.ago(lastExchangeAt, now) })}
      </li>
      {oldestUnsentAt === undefined ? (
        <li>{t('sync:badge.nothing')}</li>
      ) : (
        <li>{t('sync:badge.waiting', { count: unsent, time: sinceText(format, oldestUnsentAt, now) })}</li>
      )}
      {refused > 0 ? <li>{t('sync:badge.refused', { count: refused })}</li> : null}
      {fault === undefined ? null : <li>{syncWhy(t, fault)}</li>}
    </ul>
  );
}
