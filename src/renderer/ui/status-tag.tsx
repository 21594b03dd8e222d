/** A state in words with its icon: colour only repeats what they say. */
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './status-tag.module.css';

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'plain';

export function StatusTag({
  tone,
  icon: Icon,
  children,
}: {
  readonly tone: Tone;
  readonly icon: Icon;
  readonly children: ReactNode;
}) {
  return (
    <span className={classes.tag} data-tone={tone}>
      <Icon className={classes.icon} aria-hidden stroke={2} />
      <span>{children}</span>
    </span>
  );
}
