import {
  type Icon,
  IconAirConditioning,
  IconCooker,
  IconDeviceMobile,
  IconDeviceTablet,
  IconDeviceTv,
  IconFlame,
  IconFridge,
  IconMicrowave,
  IconRouter,
  IconWind,
} from '@tabler/icons-react';
import type { ApplianceKind } from '#shared/clients/appliances.schema.ts';

export const APPLIANCE_ICONS: Readonly<Record<ApplianceKind, Icon>> = {
  phone: IconDeviceMobile,
  television: IconDeviceTv,
  tablet: IconDeviceTablet,
  router: IconRouter,
  fridge: IconFridge,
  stove: IconCooker,
  hob: IconFlame,
  hood: IconWind,
  oven: IconMicrowave,
  air_conditioner: IconAirConditioning,
};
