import classes from './avatar.module.css';
import { initials } from './staff.rules.ts';

/** A person as two letters. The name stands beside it, so it says nothing to a screen reader. */
export function Avatar({ name, size = 32 }: { readonly name: string; readonly size?: number }) {
  return (
    <span className={classes.avatar} style={{ width: size, height: size, fontSize: size * 0.4 }} aria-hidden>
      {initials(name)}
    </span>
  );
}
