/** A client's item of equipment that is taken into service. `/api/manager` calls it a device. */
import { z } from 'zod';
import { BlobId } from '../blobs/blobs.schema.ts';
import { Id, Millis, Minor } from '../kernel/schemas.ts';

/** M-57. */
export const ApplianceKind = z.enum([
  'phone',
  'television',
  'tablet',
  'router',
  'fridge',
  'stove',
  'hob',
  'hood',
  'oven',
  'air_conditioner',
]);
export type ApplianceKind = z.infer<typeof ApplianceKind>;

/** As a contract and `/api/manager` name them. */
export const APPLIANCE_NAMES: Readonly<Record<ApplianceKind, string>> = {
  phone: 'Телефон',
  television: 'Телевизор',
  tablet: 'Планшет',
  router: 'Роутер',
  fridge: 'Холодильник',
  stove: 'Плита',
  hob: 'Варочная панель',
  hood: 'Вытяжка',
  oven: 'Духовка',
  air_conditioner: 'Кондиционер',
};

export const MAX_APPLIANCE_PHOTOS = 20;
/** The long side of a photo that is kept, pixels (M-18). */
export const MAX_PHOTO_SIDE = 1200;
/** As what photos are kept: a contract's PDF holds nothing else. A screen makes one of these of whatever it is given. */
export const CLIENT_PHOTO_TYPES = ['image/jpeg', 'image/png'] as const;

/** Model, serial number and the like: what is asked, and the answer. */
export const ApplianceSpecs = z
  .record(z.string().trim().min(1).max(64), z.string().trim().max(256))
  .refine((specs) => Object.keys(specs).length <= 32, 'must have at most 32 entries');

export const Appliance = z.object({
  id: Id,
  clientId: Id,
  shopId: Id,
  kind: ApplianceKind,
  title: z.string().min(1).max(128),
  description: z.string().max(1000).optional(),
  specs: z.record(z.string(), z.string()).optional(),
  /** Its own extra fee; 0: as the tariff says. */
  extraFeeMinor: Minor,
  /** Blobs, sorted, each once. */
  photos: z.array(BlobId),
  createdAt: Millis,
  updatedAt: Millis,
});
export type Appliance = z.infer<typeof Appliance>;

/** Fields that one person writes over another. */
export const ApplianceField = z.enum(['kind', 'title', 'description', 'specs', 'extraFeeMinor']);
export type ApplianceField = z.infer<typeof ApplianceField>;

/** What a person may write into each field. */
const WRITTEN = {
  kind: ApplianceKind,
  title: z.string().trim().min(1, 'must not be blank').max(128),
  description: z.string().trim().min(1).max(1000),
  specs: ApplianceSpecs,
  extraFeeMinor: Minor,
} as const satisfies Record<ApplianceField, z.ZodType>;

/** A new one, as a person describes it. */
export const NewAppliance = z.strictObject({
  kind: WRITTEN.kind,
  title: WRITTEN.title,
  description: WRITTEN.description.optional(),
  specs: WRITTEN.specs.optional(),
  extraFeeMinor: WRITTEN.extraFeeMinor.default(0),
});
export type NewAppliance = z.input<typeof NewAppliance>;

/** New values of fields; null empties one. */
export const ApplianceEdit = z.strictObject({
  kind: WRITTEN.kind.optional(),
  title: WRITTEN.title.optional(),
  description: WRITTEN.description.nullable().optional(),
  specs: WRITTEN.specs.nullable().optional(),
  extraFeeMinor: WRITTEN.extraFeeMinor.optional(),
});
export type ApplianceEdit = z.infer<typeof ApplianceEdit>;
