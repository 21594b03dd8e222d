/** One row of headquarters' lists beside the list: its parts one under another, each with a small head. */
import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '../app/i18n/i18n.ts';
import classes from './details-drawer.module.css';

export function DetailsDrawer({
  title,
  isBelow = false,
  onClose,
  children,
}: {
  readonly title: string;
  /** A dialog stands over it: the Escape that closes the dialog is not the drawer's. */
  readonly isBelow?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const t = useText();
  return (
    <Drawer
      opened
      onClose={onClose}
      closeOnEscape={!isBelow}
      position="right"
      size={560}
      title={title}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <div className={classes.details}>{children}</div>
    </Drawer>
  );
}

/** What its state means for whoever has to act. */
export function Meaning({ tone, children }: { readonly tone: 'warn' | 'bad'; readonly children: ReactNode }) {
  return (
    <p className={classes.meaning} data-tone={tone}>
      {children}
    </p>
  );
}
