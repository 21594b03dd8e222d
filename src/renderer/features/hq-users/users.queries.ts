import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { HqShops } from '#shared/hq/hq.api.ts';
import {
  type ChoosePasswordRequest,
  type EditShopRequest,
  type EditUserRequest,
  HqUsers,
  InvitationReply,
  type InviteUserRequest,
  type NewShopRequest,
} from '#shared/hq/users.api.ts';
import { type Hq, hqKeys, useHq } from '../../app/hq.tsx';

export const usersQuery = (hq: Hq) =>
  queryOptions({ queryKey: hqKeys.users, queryFn: ({ signal }) => hq.get('/hq/users', HqUsers, {}, signal) });

export const shopsQuery = (hq: Hq) =>
  queryOptions({ queryKey: hqKeys.shops, queryFn: ({ signal }) => hq.get('/hq/shops', HqShops, {}, signal) });

function useAct<Input, Output>(run: (hq: Hq, input: Input) => Promise<Output>) {
  const hq = useHq();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => run(hq, input),
    onSuccess: () =>
      Promise.all([hqKeys.users, hqKeys.shops].map((queryKey) => queryClient.invalidateQueries({ queryKey }))),
  });
}

export const useInvite = () => useAct((hq, person: InviteUserRequest) => hq.post('/hq/users', InvitationReply, person));
export const useInviteAgain = () => useAct((hq, id: string) => hq.post(`/hq/users/${id}/invitation`, InvitationReply));
export const useEditUser = () =>
  useAct((hq, { id, patch }: { readonly id: string; readonly patch: EditUserRequest }) =>
    hq.patch(`/hq/users/${id}`, z.undefined(), patch),
  );
export const useNewShop = () => useAct((hq, shop: NewShopRequest) => hq.post('/hq/shops', z.undefined(), shop));
export const useEditShop = () =>
  useAct((hq, { id, patch }: { readonly id: string; readonly patch: EditShopRequest }) =>
    hq.patch(`/hq/shops/${id}`, z.undefined(), patch),
  );

export function useChoosePassword() {
  const hq = useHq();
  return useMutation({
    mutationFn: (request: ChoosePasswordRequest) => hq.post('/auth/password', z.undefined(), request),
  });
}

/** The secret stands behind `#`: browsers do not send it, so no log of a server or a proxy has it. */
export const invitationLink = (origin: string, secret: string): string => `${origin}/hq/invitation#${secret}`;
