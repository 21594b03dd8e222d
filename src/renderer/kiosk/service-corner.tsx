/** A corner of the screen that shows nothing: five touches within three seconds call for a PIN. */
import { useRef } from 'react';
import { useClock } from '../app/clock.tsx';
import classes from './service-corner.module.css';
import { isCall } from './service-corner.rules.ts';

export function ServiceCorner({ onOpen }: { readonly onOpen: () => void }) {
  const now = useClock();
  const touches = useRef<readonly number[]>([]);
  return (
    // Not for guests: a screen reader and a keyboard pass it by, as eyes do.
    <button
      type="button"
      className={classes.corner}
      aria-hidden
      tabIndex={-1}
      data-testid="service-corner"
      onClick={() => {
        touches.current = [...touches.current, now()].slice(-5);
        if (!isCall(touches.current)) return;
        touches.current = [];
        onOpen();
      }}
    />
  );
}
