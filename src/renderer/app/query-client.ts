import { QueryClient } from '@tanstack/react-query';

/**
 * Our "server" is the process next door: it answers without a network, it says itself when something changed, and a
 * refusal is an answer. So nothing pauses offline, nothing goes stale by age, nothing is retried behind a person's back.
 */
export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        retry: false,
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
