import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { HqCommands, type SendCommandRequest } from '#shared/hq/fleet.api.ts';
import { type Hq, hqKeys, useHq } from '../../app/hq.tsx';

export const commandsQuery = (hq: Hq, deviceId: string) =>
  queryOptions({
    queryKey: [...hqKeys.commands, deviceId],
    queryFn: ({ signal }) => hq.get(`/hq/devices/${deviceId}/commands`, HqCommands, {}, signal),
  });

/** The id is made here, once for each press: a request that is sent again asks for nothing new. */
export function useSendCommand(deviceId: string) {
  const hq = useHq();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (asked: SendCommandRequest) => hq.post(`/hq/devices/${deviceId}/commands`, z.undefined(), asked),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: hqKeys.commands }),
  });
}

export function useCancelCommand() {
  const hq = useHq();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => hq.post(`/hq/commands/${id}/cancel`, z.undefined()),
    onSettled: () => queryClient.invalidateQueries({ queryKey: hqKeys.commands }),
  });
}
