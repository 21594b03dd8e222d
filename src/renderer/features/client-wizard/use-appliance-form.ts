/** What stands in the form of an appliance: the file's values, and over them what was typed and is not saved. */
import { useEffect, useRef } from 'react';
import { ApplianceKind } from '#shared/clients/appliances.schema.ts';
import type { ApplianceView } from '../../app/manager.tsx';
import { type ApplianceForm, type ApplianceFormField, EMPTY_FORM, formOf } from './appliance-form.rules.ts';
import { typedOf, useDrafts, useTyped } from './draft.store.ts';
import { formKey, useDraftKeeper } from './draft-keeper.ts';

/** After the last key. */
const PAUSE_MS = 400;

export function useApplianceForm(clientId: string, appliance: ApplianceView | undefined) {
  const key = formKey(clientId, appliance === undefined ? 'appliance' : `appliance.${appliance.id}`);
  const typed = useTyped(key);
  const { keep, isOnlyHere } = useDraftKeeper(key);
  const { write, drop } = useDrafts.getState();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    const keepAll = () => {
      clearTimeout(timer.current);
      keep({ typed: typedOf(key), was: {} });
    };
    window.addEventListener('pagehide', keepAll);
    return () => {
      window.removeEventListener('pagehide', keepAll);
      keepAll();
    };
  }, [keep, key]);
  const base = appliance === undefined ? EMPTY_FORM : formOf(appliance);
  const form: ApplianceForm = { ...base, ...typed, kind: ApplianceKind.safeParse(typed['kind']).data ?? base.kind };
  return {
    form,
    isOnlyHere,
    hasDraft: Object.keys(typed).length > 0,
    set: (field: ApplianceFormField, text: string) => {
      if (text === base[field]) drop(key, [field]);
      else write(key, field, text);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => keep({ typed: typedOf(key), was: {} }), PAUSE_MS);
    },
    reset: () => {
      drop(key, Object.keys(typedOf(key)));
      keep({ typed: {}, was: {} });
    },
  };
}
