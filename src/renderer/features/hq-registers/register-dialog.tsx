import { Button, Group, Modal, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { FISCAL_TAX_SYSTEMS } from '#shared/fiscal/fiscal.schema.ts';
import type { HqRegister } from '#shared/hq/fiscal.api.ts';
import { toFault } from '../../app/error-text.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import classes from './dialogs.module.css';
import { changesOf, check, type Draft, draftOf, type Field, refusedFields } from './register.rules.ts';
import { shopsQuery, useSaveRegister } from './registers.queries.ts';

/** Where a register stands and who its cashier is; a new one, or a known one to be changed. */
export function RegisterDialog({
  register,
  onSaved,
  onClose,
}: {
  readonly register: HqRegister | undefined;
  readonly onSaved: (saved: HqRegister) => void;
  readonly onClose: () => void;
}) {
  const t = useText();
  const hq = useHq();
  const shops = useQuery(shopsQuery(hq)).data?.shops ?? [];
  const save = useSaveRegister();
  const [typed, setTyped] = useState<Partial<Draft>>({});
  const [wrong, setWrong] = useState<ReadonlySet<Field>>(new Set());
  // A shop that is the only one need not be chosen.
  const draft = { ...draftOf(register, shops.length === 1 ? (shops[0]?.id ?? '') : ''), ...typed };
  const refused = save.isError ? refusedFields(toFault(save.error).issues) : new Set<Field>();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (save.isPending) return;
    const checked = check(draft);
    setWrong(checked.wrong ?? new Set());
    if (checked.wrong) return;
    save.mutate(
      register
        ? { is: 'change', id: register.id, set: changesOf(register, checked.register) }
        : { is: 'create', register: checked.register },
      { onSuccess: onSaved },
    );
  };
  const set = (field: Field, value: string) => {
    setTyped((before) => ({ ...before, [field]: value }));
    if (wrong.has(field)) setWrong(new Set([...wrong].filter((one) => one !== field)));
    if (save.isError) save.reset();
  };
  const errorOf = (field: Field): string | undefined => {
    if (refused.has(field) && (field === 'id' || field === 'kktIp')) return t(`monitor:register.wrong.${field}_taken`);
    return wrong.has(field) || refused.has(field) ? t(`monitor:register.wrong.${field}`) : undefined;
  };
  const field = (name: Exclude<Field, 'shopId' | 'taxationSystem'>) => ({
    label: t(`monitor:register.${name}`),
    value: draft[name],
    error: errorOf(name),
    autoComplete: 'off',
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => set(name, event.currentTarget.value),
  });
  /** Below the field, so that fields side by side stand on one line; an error takes its place. */
  const hint = (name: 'name' | 'id' | 'kktIp' | 'operatorVatin') => ({
    description: errorOf(name) === undefined ? t(`monitor:register.${name}_hint`) : undefined,
    inputWrapperOrder: ['label' as const, 'input' as const, 'description' as const, 'error' as const],
  });
  return (
    <Modal
      opened
      onClose={onClose}
      size={560}
      title={register ? t('monitor:register.edit_title', { name: register.name }) : t('monitor:register.new_title')}
      closeButtonProps={{ 'aria-label': t('hq:close') }}
    >
      <form onSubmit={submit} className={classes.form} noValidate>
        <div className={register ? '' : classes.pair}>
          <TextInput {...field('name')} {...hint('name')} maxLength={64} data-autofocus />
          {register ? null : <TextInput {...field('id')} {...hint('id')} maxLength={64} dir="ltr" />}
        </div>
        <Select
          label={t('monitor:register.shop')}
          placeholder={t('monitor:register.choose_shop')}
          value={draft.shopId === '' ? null : draft.shopId}
          onChange={(value) => set('shopId', value ?? '')}
          data={shops.map((shop) => ({ value: shop.id, label: `${shop.name} — ${shop.address}` }))}
          error={errorOf('shopId')}
        />
        <div className={classes.pair}>
          <TextInput {...field('kktIp')} {...hint('kktIp')} maxLength={253} dir="ltr" />
          <TextInput {...field('kktPort')} inputMode="numeric" maxLength={5} dir="ltr" />
        </div>
        <Select
          label={t('monitor:register.taxationSystem')}
          value={draft.taxationSystem}
          onChange={(value) => set('taxationSystem', value ?? '')}
          data={FISCAL_TAX_SYSTEMS.map((one) => ({ value: one, label: t(`monitor:tax.${one}`) }))}
          allowDeselect={false}
          error={errorOf('taxationSystem')}
        />
        <div className={classes.pair}>
          <TextInput {...field('operatorName')} maxLength={64} />
          <TextInput
            {...field('operatorVatin')}
            {...hint('operatorVatin')}
            inputMode="numeric"
            maxLength={12}
            dir="ltr"
          />
        </div>
        {save.isError && refused.size === 0 ? <ErrorLine error={save.error} /> : null}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {register ? t('monitor:register.save') : t('monitor:register.create')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
