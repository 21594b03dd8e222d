import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import {
  type ChangeRegisterRequest,
  type CreateRegisterRequest,
  HqAgentTokens,
  HqRegister,
  HqRegisters,
  IssuedToken,
} from '#shared/hq/fiscal.api.ts';
import { HqShops } from '#shared/hq/hq.api.ts';
import { type Hq, hqKeys, useHq } from '../../app/hq.tsx';

export const registersQuery = (hq: Hq) =>
  queryOptions({
    queryKey: [...hqKeys.registers, 'list'],
    queryFn: ({ signal }) => hq.get('/fiscal-devices', HqRegisters, {}, signal),
  });

export const shopsQuery = (hq: Hq) =>
  queryOptions({ queryKey: hqKeys.shops, queryFn: ({ signal }) => hq.get('/hq/shops', HqShops, {}, signal) });

const pathOf = (id: string): string => `/fiscal-devices/${encodeURIComponent(id)}`;

export const tokensQuery = (hq: Hq, id: string) =>
  queryOptions({
    queryKey: [...hqKeys.registers, 'tokens', id],
    queryFn: ({ signal }) => hq.get(`${pathOf(id)}/tokens`, HqAgentTokens, {}, signal),
  });

function useRegisterMutation<Input, Output>(run: (hq: Hq, input: Input) => Promise<Output>) {
  const hq = useHq();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => run(hq, input),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: hqKeys.registers }),
  });
}

export type RegisterInput =
  | { readonly is: 'create'; readonly register: CreateRegisterRequest }
  | { readonly is: 'change'; readonly id: string; readonly set: ChangeRegisterRequest };

export const useSaveRegister = () =>
  useRegisterMutation((hq, input: RegisterInput) =>
    input.is === 'create'
      ? hq.post('/fiscal-devices', HqRegister, input.register)
      : hq.patch(pathOf(input.id), HqRegister, input.set),
  );
export const useArchiveRegister = () => useRegisterMutation((hq, id: string) => hq.remove(pathOf(id)));
export const useIssueToken = () =>
  useRegisterMutation((hq, id: string) => hq.post(`${pathOf(id)}/tokens`, IssuedToken));

interface TokenOf {
  readonly id: string;
  readonly tokenId: string;
}
export const useRotateToken = () =>
  useRegisterMutation((hq, { id, tokenId }: TokenOf) => hq.post(`${pathOf(id)}/tokens/${tokenId}/rotate`, IssuedToken));
export const useRevokeToken = () =>
  useRegisterMutation((hq, { id, tokenId }: TokenOf) =>
    hq.post(`${pathOf(id)}/tokens/${tokenId}/revoke`, z.undefined()),
  );
