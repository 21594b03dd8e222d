import { Button, Group, Modal, Select, Switch, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { VAT_TYPES, VatType } from '#shared/fiscal/fiscal.schema.ts';
import type { HqItem } from '#shared/hq/catalogue.api.ts';
import { toFault } from '../../app/error-text.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { useSaveItem } from './catalogue.queries.ts';
import classes from './dialogs.module.css';
import { type Draft, draftOf, patchOf } from './item.rules.ts';
import { ItemPrices } from './item-prices.tsx';

/** What headquarters changes of an item by hand; the rest comes with a table. */
export function ItemDialog({
  of: opened,
  timeZone,
  onClose,
}: {
  readonly of: HqItem;
  readonly timeZone: string;
  readonly onClose: () => void;
}) {
  const t = useText();
  const [of, setOf] = useState(opened);
  const save = useSaveItem(of);
  const [draft, setDraft] = useState<Draft>(() => draftOf(of.item));
  const [wrong, setWrong] = useState<'name' | 'price'>();
  const set = (change: Partial<Draft>) => {
    setDraft({ ...draft, ...change });
    setWrong(undefined);
    save.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const result = patchOf(of.item, draft);
    if ('wrong' in result) setWrong(result.wrong);
    else if (Object.keys(result.patch).length === 0) onClose();
    else if (!save.isPending) save.mutate(result.patch, { onSuccess: onClose });
  };
  const isTaken = save.isError && toFault(save.error).issues?.some(({ path }) => path === 'active') === true;
  return (
    <Modal
      opened
      onClose={onClose}
      size={520}
      title={t('goods:item.title', { sku: of.item.sku })}
      closeButtonProps={{ 'aria-label': t('hq:close') }}
    >
      <form onSubmit={submit} className={classes.form} noValidate>
        <TextInput
          label={t('goods:item.name')}
          value={draft.name}
          maxLength={128}
          autoComplete="off"
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={wrong === 'name' ? t('goods:item.name_missing') : undefined}
        />
        <div className={classes.pair}>
          <TextInput
            label={t('goods:item.price_roubles')}
            value={draft.price}
            inputMode="decimal"
            autoComplete="off"
            onChange={(event) => set({ price: event.currentTarget.value })}
            error={wrong === 'price' ? t('goods:item.price_wrong') : undefined}
            data-autofocus
          />
          <Select
            label={t('goods:item.vat')}
            allowDeselect={false}
            value={draft.vat}
            onChange={(value) => value && set({ vat: VatType.parse(value) })}
            data={VAT_TYPES.map((vat) => ({ value: vat, label: t(`goods:vat.${vat}`) }))}
          />
        </div>
        <Switch
          label={t('goods:item.favourite')}
          description={t('goods:item.favourite_hint')}
          checked={draft.favourite}
          onChange={(event) => set({ favourite: event.currentTarget.checked })}
        />
        <Switch
          label={t('goods:item.active')}
          description={t('goods:item.active_hint')}
          checked={draft.active}
          onChange={(event) => set({ active: event.currentTarget.checked })}
          error={isTaken ? t('goods:item.barcode_taken', { barcode: of.item.barcode }) : undefined}
        />
        {save.isError && !isTaken ? <ErrorLine error={save.error} /> : null}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t('goods:back')}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t('goods:item.save')}
          </Button>
        </Group>
      </form>
      <ItemPrices of={of} timeZone={timeZone} onChanged={setOf} />
    </Modal>
  );
}
