/** What is typed of an appliance, read back. Pure. */
import { type ApplianceKind, NewAppliance } from '#shared/clients/appliances.schema.ts';
import { MAX_MINOR } from '#shared/kernel/money.ts';
import type { ApplianceDraft, ApplianceView } from '../../app/manager.tsx';

export interface ApplianceForm {
  readonly kind: ApplianceKind | '';
  readonly title: string;
  readonly serial: string;
  readonly description: string;
  /** Roubles, as typed. */
  readonly fee: string;
}
export type ApplianceFormField = keyof ApplianceForm;

/** What the form asks under this name; other specs of the file stay as they are. */
const SERIAL = 'Серийный номер';
export const serialOf = (specs: Readonly<Record<string, string>>): string => specs[SERIAL] ?? '';

export const EMPTY_FORM: ApplianceForm = { kind: '', title: '', serial: '', description: '', fee: '' };

export const formOf = (one: ApplianceView): ApplianceForm => ({
  kind: one.kind,
  title: one.title,
  serial: serialOf(one.specs),
  description: one.description ?? '',
  fee: one.extraFeeMinor === 0 ? '' : (one.extraFeeMinor / 100).toFixed(2).replace(/\.00$/, '').replace('.', ','),
});

/** Roubles with at most two decimals, by comma or point; nothing typed is no fee of its own. */
export function readFee(text: string): number | undefined {
  const compact = text.replace(/\s/g, '').replace(',', '.');
  if (compact === '') return 0;
  if (!/^\d{1,9}(\.\d{1,2})?$/.test(compact)) return undefined;
  const minor = Math.round(Number(compact) * 100);
  return minor <= MAX_MINOR ? minor : undefined;
}

export type ReadAppliance =
  | { readonly draft: ApplianceDraft; readonly wrong?: never }
  | { readonly wrong: readonly ApplianceFormField[]; readonly draft?: never };

export function readAppliance(form: ApplianceForm, specs: Readonly<Record<string, string>> = {}): ReadAppliance {
  const wrong: ApplianceFormField[] = [];
  const kind = NewAppliance.shape.kind.safeParse(form.kind);
  const title = NewAppliance.shape.title.safeParse(form.title);
  const extraFeeMinor = readFee(form.fee);
  if (!kind.success) wrong.push('kind');
  if (!title.success) wrong.push('title');
  if (extraFeeMinor === undefined) wrong.push('fee');
  if (!kind.success || !title.success || extraFeeMinor === undefined) return { wrong };
  const { [SERIAL]: _, ...others } = specs;
  const serial = form.serial.trim();
  return {
    draft: {
      kind: kind.data,
      title: title.data,
      description: form.description.trim(),
      specs: serial === '' ? others : { ...others, [SERIAL]: serial },
      extraFeeMinor,
    },
  };
}
