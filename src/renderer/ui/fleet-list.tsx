/** What a shop works with, machine by machine: what it is, where it stands, how it is, and what may be done to it. */
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './fleet-list.module.css';

export function FleetList({ action, children }: { readonly action: ReactNode; readonly children: ReactNode }) {
  return (
    <>
      <div className={classes.action}>{action}</div>
      <ul className={classes.rows}>{children}</ul>
    </>
  );
}

export function FleetRow({
  className,
  icon: MachineIcon,
  isOut,
  name,
  place,
  state,
  menu,
}: {
  readonly className: string | undefined;
  readonly icon: Icon;
  /** It works no more and is shown for the record. */
  readonly isOut: boolean;
  readonly name: ReactNode;
  readonly place: ReactNode;
  readonly state: ReactNode;
  readonly menu: ReactNode;
}) {
  return (
    <div className={`${classes.row ?? ''} ${className ?? ''}`} data-out={isOut || undefined}>
      <span className={classes.icon}>
        <MachineIcon size={24} stroke={1.75} aria-hidden />
      </span>
      <span className={classes.name}>{name}</span>
      <span className={classes.place}>{place}</span>
      <span className={classes.state}>{state}</span>
      <span className={classes.menu}>{menu}</span>
    </div>
  );
}
