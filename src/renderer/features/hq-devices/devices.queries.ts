import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { type CreateDeviceRequest, EnrolmentCodeReply, type HqDevice, HqDevices, HqShops } from '#shared/hq/hq.api.ts';
import { type Hq, hqKeys, useHq } from '../../app/hq.tsx';

export const devicesQuery = (hq: Hq) =>
  queryOptions({
    queryKey: hqKeys.devices,
    queryFn: ({ signal }) => hq.get('/hq/devices', HqDevices, {}, signal),
  });

export const shopsQuery = (hq: Hq) =>
  queryOptions({ queryKey: hqKeys.shops, queryFn: ({ signal }) => hq.get('/hq/shops', HqShops, {}, signal) });

export type NewDevice = z.input<typeof CreateDeviceRequest>;

function useDeviceMutation<Input, Output>(run: (hq: Hq, input: Input) => Promise<Output>) {
  const hq = useHq();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => run(hq, input),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: hqKeys.devices }),
  });
}

export const useCreateDevice = () =>
  useDeviceMutation((hq, device: NewDevice) => hq.post('/hq/devices', EnrolmentCodeReply, device));
/** A new code; the one before it ends. */
export const useIssueCode = () =>
  useDeviceMutation((hq, id: string) => hq.post(`/hq/devices/${id}/enrolment-code`, EnrolmentCodeReply));
export const useRevoke = () =>
  useDeviceMutation((hq, id: string) => hq.post(`/hq/devices/${id}/revoke`, z.undefined()));

export type DeviceLook = 'pending' | 'revoked' | 'online' | 'away' | 'never';

export function lookOf(device: Pick<HqDevice, 'status' | 'online' | 'lastSeenAt'>): DeviceLook {
  if (device.status !== 'active') return device.status;
  if (device.online) return 'online';
  return device.lastSeenAt === undefined ? 'never' : 'away';
}
