import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import {
  type CreateDeviceRequest,
  EnrolmentCodeReply,
  FLEET_LOOKS,
  type HqDevice,
  HqDevices,
  type HqDevicesQuery,
  HqKiosk,
  HqShops,
} from '#shared/hq/hq.api.ts';
import { MODES } from '#shared/kernel/mode.ts';
import { type Hq, hqKeys, useHq } from '../../app/hq.tsx';

export type FleetFilter = Pick<HqDevicesQuery, 'q' | 'shopId' | 'mode' | 'look'>;

/** The filter is in the address, so it outlives a reload and can be sent to a colleague. */
export function readFleetFilter(search: URLSearchParams): FleetFilter {
  const q = search.get('q')?.trim();
  const shopId = search.get('shop');
  const mode = MODES.find((one) => one === search.get('mode'));
  const look = FLEET_LOOKS.find((one) => one === search.get('look'));
  return { ...(q ? { q } : {}), ...(shopId ? { shopId } : {}), ...(mode ? { mode } : {}), ...(look ? { look } : {}) };
}

export const writeFleetFilter = ({ q, shopId, mode, look }: FleetFilter): Record<string, string> => ({
  ...(q ? { q } : {}),
  ...(shopId ? { shop: shopId } : {}),
  ...(mode ? { mode } : {}),
  ...(look ? { look } : {}),
});

export const devicesQuery = (hq: Hq, filter: FleetFilter) =>
  infiniteQueryOptions({
    queryKey: [...hqKeys.devices, filter],
    queryFn: ({ pageParam, signal }) => hq.get('/hq/devices', HqDevices, { ...filter, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });

export const kioskQuery = (hq: Hq, id: string) =>
  queryOptions({
    queryKey: [...hqKeys.devices, 'kiosk', id],
    queryFn: ({ signal }) => hq.get(`/hq/kiosks/${id}`, HqKiosk, {}, signal),
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

export type KioskFault = { readonly is: 'error'; readonly code: string } | { readonly is: 'stopped' | 'off' };

/** What is wrong with a kiosk that works; undefined when nothing is. */
export function kioskFault({ status, kiosk }: Pick<HqDevice, 'status' | 'kiosk'>): KioskFault | undefined {
  if (status !== 'active' || kiosk === undefined) return undefined;
  if (kiosk.lastErrorCode !== undefined) return { is: 'error', code: kiosk.lastErrorCode };
  if (kiosk.status === 'active') return undefined;
  return { is: kiosk.status === 'error' ? 'stopped' : 'off' };
}
