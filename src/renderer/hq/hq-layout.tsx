import { Menu, UnstyledButton } from '@mantine/core';
import { IconDots, IconLogout } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { NavLink, Outlet, useLocation } from 'react-router';
import { useHq } from '../app/hq.tsx';
import { useText } from '../app/i18n/i18n.ts';
import { followLive, usePolling } from '../features/hq-live/live.ts';
import { useSignOut } from '../features/hq-session/session.ts';
import { summaryQuery } from '../features/hq-summary/summary.queries.ts';
import { LanguageItem } from '../ui/language-item.tsx';
import { ProductMark } from '../ui/product-mark.tsx';
import classes from './hq-layout.module.css';
import { useMe } from './me.tsx';
import { PLACES, type PlaceName } from './places.ts';

export function HqLayout() {
  const t = useText();
  const hq = useHq();
  const queryClient = useQueryClient();
  useEffect(() => followLive(queryClient), [queryClient]);
  const { pathname } = useLocation();
  const nav = useRef<HTMLElement>(null);
  // On a phone the places slide, and the one that is open may stand out of sight.
  useEffect(() => {
    nav.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [pathname]);
  const summary = useQuery({ ...summaryQuery(hq), refetchInterval: usePolling() });
  const unknown = summary.data?.unknownReceipts ?? 0;
  const trouble = (summary.data?.openAlerts ?? 0) + (summary.data?.uncertainTasks ?? 0);
  const cases = summary.data?.syncCases ?? 0;
  const badges: Partial<Record<PlaceName, { readonly count: number; readonly label: string }>> = {
    receipts: { count: unknown, label: t('hq:nav.unknown', { count: unknown }) },
    sync: { count: cases, label: t('hq:nav.cases', { count: cases }) },
    queue: { count: trouble, label: t('hq:nav.trouble', { count: trouble }) },
  };
  return (
    <div className={classes.page}>
      <a href="#content" className={classes.skip}>
        {t('hq:nav.skip')}
      </a>
      <aside className={classes.side}>
        <div className={classes.brand}>
          <ProductMark />
          <span>{t('common:product')}</span>
        </div>
        <nav ref={nav} className={classes.nav} aria-label={t('hq:nav.label')}>
          {PLACES.map(([to, name, Glyph]) => (
            <NavLink key={to} to={to} end={to === '/'} className={classes.place ?? ''}>
              <Glyph size={20} stroke={1.75} aria-hidden />
              <span className={classes.word}>{t(`hq:nav.${name}`)}</span>
              {badges[name]?.count ? (
                <span className={classes.badge} aria-label={badges[name].label}>
                  {badges[name].count}
                </span>
              ) : null}
            </NavLink>
          ))}
        </nav>
        <Person />
      </aside>
      <main id="content" className={classes.content} tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}

function Person() {
  const t = useText();
  const me = useMe();
  const signOut = useSignOut();
  const role = me.roles[0];
  return (
    <Menu position="top-start" width={220} radius="md" shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes.person}>
          <span className={classes.avatar} aria-hidden>
            {me.name.trim().charAt(0)}
          </span>
          <span className={classes.who}>
            <bdi>{me.name}</bdi>
            <small>
              {role ? `${t(`hq:role.${role}`)} • ` : null}
              <bdi>{me.organization.name}</bdi>
            </small>
          </span>
          <IconDots size={18} aria-hidden className={classes.dots} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <bdi>{me.email}</bdi>
        </Menu.Label>
        <LanguageItem />
        <Menu.Item leftSection={<IconLogout size={18} aria-hidden />} onClick={() => signOut.mutate()}>
          {t('hq:nav.sign_out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
