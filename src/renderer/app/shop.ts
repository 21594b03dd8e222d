import { useQuery } from '@tanstack/react-query';
import type { Shop } from '#shared/devices/devices.schema.ts';
import { type Format, useFormat } from './format.ts';
import { useApi } from './rpc.tsx';

/** The shop this device stands in; undefined until it is enrolled. */
export function useShop(): Shop | undefined {
  const api = useApi();
  return useQuery(api.device.info.queryOptions()).data?.shop;
}

/** Formats whose times are the shop's. */
export const useShopFormat = (): Format => useFormat(useShop()?.timeZone);
