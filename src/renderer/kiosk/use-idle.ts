import { useEffect, useRef, useState } from 'react';
import { useClock } from '../app/clock.tsx';
import { type Idle, idleAt } from './idle.ts';

const PRESENT: Idle = { phase: 'present' };
const TOUCHES = ['pointerdown', 'keydown', 'wheel'] as const;

/** Watches for touches while `active`; calls `onGone` once when the guest has left. `stay` counts as a touch. */
export function useIdle(
  active: boolean,
  onGone: () => void,
  resetAfterMs?: number,
): { readonly idle: Idle; readonly stay: () => void } {
  const now = useClock();
  const [idle, setIdle] = useState<Idle>(PRESENT);
  const since = useRef(0);
  const gone = useRef(onGone);
  useEffect(() => {
    gone.current = onGone;
  }, [onGone]);

  useEffect(() => {
    if (!active) return;
    const touch = () => {
      since.current = now();
      setIdle((last) => (last.phase === 'present' ? last : PRESENT));
    };
    touch();
    for (const name of TOUCHES) window.addEventListener(name, touch, { capture: true, passive: true });
    const timer = setInterval(() => {
      const next = idleAt(since.current, now(), resetAfterMs);
      setIdle((last) => (same(last, next) ? last : next));
      if (next.phase === 'gone') {
        since.current = now();
        gone.current();
      }
    }, 250);
    return () => {
      for (const name of TOUCHES) window.removeEventListener(name, touch, { capture: true });
      clearInterval(timer);
      setIdle(PRESENT);
    };
  }, [active, now, resetAfterMs]);

  return {
    idle,
    stay: () => {
      since.current = now();
      setIdle(PRESENT);
    },
  };
}

const same = (a: Idle, b: Idle): boolean =>
  a.phase === b.phase && (a.phase !== 'warning' || b.phase !== 'warning' || a.secondsLeft === b.secondsLeft);
