import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { createHq, HqProvider, hqKeys } from '../app/hq.tsx';
import { useSessionEnd } from '../features/hq-session/session.ts';

/** The server as the page's features see it. A session that ended shows at once, whichever call noticed. */
export function HqServer({
  fetch,
  children,
}: {
  readonly fetch: typeof globalThis.fetch;
  readonly children: ReactNode;
}) {
  const queryClient = useQueryClient();
  const [hq] = useState(() =>
    createHq({
      fetch,
      onSignedOut: () => {
        // Somebody was here a moment ago; a first visit has nothing that could expire.
        if (queryClient.getQueryData(hqKeys.me)) useSessionEnd.setState({ hasExpired: true });
        queryClient.setQueryData(hqKeys.me, null);
      },
    }),
  );
  return <HqProvider hq={hq}>{children}</HqProvider>;
}
