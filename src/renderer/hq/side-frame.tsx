/** What surrounds every page in the browser: where one can go, who looks, and the page itself. */
import { Menu, UnstyledButton } from '@mantine/core';
import { type Icon, IconDots, IconLogout } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { NavLink, Outlet, useLocation } from 'react-router';
import { useText } from '../app/i18n/i18n.ts';
import { useSignOut } from '../features/hq-session/session.ts';
import { LanguageItem } from '../ui/language-item.tsx';
import { ProductMark } from '../ui/product-mark.tsx';
import { useMe } from './me.tsx';
import classes from './side-frame.module.css';

export interface Place {
  readonly to: string;
  readonly word: string;
  readonly icon: Icon;
  /** What waits there, in a number and in words; nothing is not shown. */
  readonly badge?: { readonly count: number; readonly label: string; readonly tone?: 'info' } | undefined;
}

export function SideFrame({ places }: { readonly places: readonly Place[] }) {
  const t = useText();
  const { pathname } = useLocation();
  const nav = useRef<HTMLElement>(null);
  // On a phone the places slide, and the one that is open may stand out of sight.
  useEffect(() => {
    nav.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [pathname]);
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
          {places.map(({ to, word, icon: Glyph, badge }) => (
            <NavLink key={to} to={to} end={to === '/' || to === '/partner'} className={classes.place ?? ''}>
              <Glyph size={20} stroke={1.75} aria-hidden />
              <span className={classes.word}>{word}</span>
              {badge?.count ? (
                <span className={classes.badge} data-tone={badge.tone} aria-label={badge.label}>
                  {badge.count}
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
