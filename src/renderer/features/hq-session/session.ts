/** Who looks at headquarters' pages. `null` is nobody: the sign-in page takes the place of the page, the address stays. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { create } from 'zustand';
import { Me, type SignInRequest } from '#shared/hq/hq.api.ts';
import { toFault } from '../../app/error-text.ts';
import { type Hq, hqKeys, useHq } from '../../app/hq.tsx';

/** True after a session ended by itself; a person who signed out knows why they are at the door. */
export const useSessionEnd = create<{ readonly hasExpired: boolean }>()(() => ({ hasExpired: false }));

export const meQuery = (hq: Hq) =>
  queryOptions({
    queryKey: hqKeys.me,
    queryFn: async ({ signal }): Promise<Me | null> => {
      try {
        return await hq.get('/auth/me', Me, {}, signal);
      } catch (error) {
        if (toFault(error).code.startsWith('auth.')) return null;
        throw error;
      }
    },
  });

export function useSignIn() {
  const hq = useHq();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (request: SignInRequest) => hq.post('/auth/sign-in', Me, request),
    onSuccess: (me) => {
      useSessionEnd.setState({ hasExpired: false });
      queryClient.setQueryData(hqKeys.me, me);
      // What another person saw before must not be shown to this one.
      queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[1] !== 'me' });
    },
  });
}

export function useSignOut() {
  const hq = useHq();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => hq.post('/auth/sign-out', z.undefined()),
    onSuccess: () => {
      queryClient.setQueryData(hqKeys.me, null);
      queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[1] !== 'me' });
    },
  });
}
