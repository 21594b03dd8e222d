/** The bundled icons an item may name. An unknown name shows what its kind of goods looks like. */
import {
  type Icon,
  IconBatteryAutomotive,
  IconBulb,
  IconCamera,
  IconCar,
  IconClock,
  IconCoffee,
  IconDroplet,
  IconEngine,
  IconFilter,
  IconGift,
  IconPackage,
  IconRuler2,
  IconShoppingBag,
  IconSparkles,
  IconSpray,
  IconTool,
  IconWash,
  IconWheel,
  IconWind,
} from '@tabler/icons-react';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';

const ICONS: Readonly<Record<string, Icon>> = {
  battery: IconBatteryAutomotive,
  bag: IconShoppingBag,
  bulb: IconBulb,
  camera: IconCamera,
  car: IconCar,
  clock: IconClock,
  coffee: IconCoffee,
  droplet: IconDroplet,
  engine: IconEngine,
  filter: IconFilter,
  gift: IconGift,
  ruler: IconRuler2,
  sparkles: IconSparkles,
  spray: IconSpray,
  wash: IconWash,
  wheel: IconWheel,
  wind: IconWind,
  wrench: IconTool,
};

export function ItemIcon({ item, size = 26 }: { readonly item: CatalogueItem; readonly size?: number }) {
  const fallback = item.paymentObject === 'service' || item.paymentObject === 'job' ? IconTool : IconPackage;
  const Glyph = (item.icon !== undefined && Object.hasOwn(ICONS, item.icon) ? ICONS[item.icon] : undefined) ?? fallback;
  return <Glyph size={size} stroke={1.75} aria-hidden />;
}
