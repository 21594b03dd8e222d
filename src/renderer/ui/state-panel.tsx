/** The shared figure of the empty, loading and error states: an icon, one sentence, what may be done. */
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './state-panel.module.css';
import type { Tone } from './status-tag.tsx';

export function StatePanel({
  icon: Icon,
  tone = 'plain',
  title,
  text,
  action,
  role,
}: {
  readonly icon: Icon;
  readonly tone?: Tone;
  readonly title: ReactNode;
  readonly text?: ReactNode;
  readonly action?: ReactNode;
  readonly role?: 'alert' | 'status';
}) {
  return (
    <div className={classes.panel} role={role}>
      <span className={classes.icon} data-tone={tone}>
        <Icon aria-hidden stroke={1.75} />
      </span>
      <p className={classes.title}>{title}</p>
      {text === undefined ? null : <p className={classes.text}>{text}</p>}
      {action === undefined ? null : <div className={classes.action}>{action}</div>}
    </div>
  );
}
