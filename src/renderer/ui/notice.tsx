/** A band of plain words at the place it is about: offline, a conflict, a warning. */
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './notice.module.css';
import type { Tone } from './status-tag.tsx';

export function Notice({
  tone,
  icon: Icon,
  children,
  action,
  role = 'status',
}: {
  readonly tone: Tone;
  readonly icon: Icon;
  readonly children: ReactNode;
  readonly action?: ReactNode;
  readonly role?: 'status' | 'alert';
}) {
  return (
    <div className={classes.notice} data-tone={tone} role={role}>
      <Icon className={classes.icon} aria-hidden stroke={2} />
      <div className={classes.words}>{children}</div>
      {action}
    </div>
  );
}
