import { createContext, type ReactNode, use } from 'react';
import type { Me } from '#shared/hq/hq.api.ts';

const MeContext = createContext<Me | undefined>(undefined);

export function MeProvider({ me, children }: { readonly me: Me; readonly children: ReactNode }) {
  return <MeContext value={me}>{children}</MeContext>;
}

export function useMe(): Me {
  const me = use(MeContext);
  if (!me) throw new Error('MeProvider is missing');
  return me;
}
