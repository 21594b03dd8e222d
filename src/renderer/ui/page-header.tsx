import { ActionIcon, Title } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useText } from '../app/i18n/i18n.ts';
import classes from './page-header.module.css';

/** What page this is, one line about it, and its actions at the end of the line. */
export function PageHeader({
  title,
  subtitle,
  actions,
  onBack,
}: {
  readonly title: ReactNode;
  readonly subtitle?: ReactNode;
  readonly actions?: ReactNode;
  readonly onBack?: () => void;
}) {
  const t = useText();
  return (
    <header className={classes.header}>
      {onBack ? (
        <ActionIcon onClick={onBack} aria-label={t('common:action.back')}>
          <IconArrowLeft className="pk-mirror" aria-hidden />
        </ActionIcon>
      ) : null}
      <div className={classes.words}>
        <Title order={1}>{title}</Title>
        {subtitle === undefined ? null : <p className={classes.subtitle}>{subtitle}</p>}
      </div>
      {actions === undefined ? null : <div className={classes.actions}>{actions}</div>}
    </header>
  );
}
