/** Time comes in from the page's entry, so a test can own it. */
import { createContext, type ReactNode, use, useEffect, useState } from 'react';

/** Unix milliseconds. */
export type Now = () => number;

const ClockContext = createContext<Now | undefined>(undefined);

export function ClockProvider({ now, children }: { readonly now: Now; readonly children: ReactNode }) {
  return <ClockContext value={now}>{children}</ClockContext>;
}

export function useClock(): Now {
  const now = use(ClockContext);
  if (!now) throw new Error('ClockProvider is missing');
  return now;
}

/** The time now, re-read every `everyMs`. */
export function useNow(everyMs = 1000): number {
  const now = useClock();
  const [value, setValue] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setValue(now()), everyMs);
    return () => clearInterval(timer);
  }, [now, everyMs]);
  return value;
}
