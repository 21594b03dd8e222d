import { Button, Group, Modal, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { EnrolmentCodeReply } from '#shared/hq/hq.api.ts';
import { MODES, Mode } from '#shared/kernel/mode.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { shopsQuery, useCreateDevice } from './devices.queries.ts';
import classes from './dialogs.module.css';

/** A device in waiting: what it will be called, what it will do, where it will stand. */
export function CreateDialog({
  onCreated,
  onClose,
}: {
  readonly onCreated: (name: string, issued: EnrolmentCodeReply) => void;
  readonly onClose: () => void;
}) {
  const t = useText();
  const hq = useHq();
  const shops = useQuery(shopsQuery(hq));
  const create = useCreateDevice();
  const [name, setName] = useState('');
  const [mode, setMode] = useState<Mode>('cashier');
  const [chosenShop, setShop] = useState<string | null>(null);
  const [touched, setTouched] = useState(false);
  const shopId = chosenShop ?? (shops.data?.shops.length === 1 ? (shops.data.shops[0]?.id ?? null) : null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTouched(true);
    const trimmed = name.trim();
    if (trimmed === '' || shopId === null || create.isPending) return;
    create.mutate({ name: trimmed, mode, shopId }, { onSuccess: (issued) => onCreated(trimmed, issued) });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={480}
      title={t('hq:device_new.title')}
      closeButtonProps={{ 'aria-label': t('hq:close') }}
    >
      <form onSubmit={submit} className={classes.form} noValidate>
        <div>
          <p className={classes.label} id="mode">
            {t('hq:device_new.mode')}
          </p>
          <SegmentedControl
            fullWidth
            size="md"
            aria-labelledby="mode"
            value={mode}
            onChange={(value) => setMode(Mode.parse(value))}
            data={MODES.map((one) => ({ value: one, label: t(`hq:devices.mode.${one}`) }))}
          />
        </div>
        <TextInput
          label={t('hq:device_new.name')}
          description={t('hq:device_new.name_hint')}
          maxLength={64}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={touched && name.trim() === '' ? t('hq:device_new.name_missing') : undefined}
          autoComplete="off"
          data-autofocus
        />
        <Select
          label={t('hq:device_new.shop')}
          placeholder={t('hq:device_new.choose_shop')}
          value={shopId}
          onChange={setShop}
          data={shops.data?.shops.map((shop) => ({ value: shop.id, label: `${shop.name} — ${shop.address}` })) ?? []}
          error={touched && shopId === null ? t('hq:device_new.choose_shop') : undefined}
        />
        {shops.isError ? <ErrorLine error={shops.error} /> : null}
        {create.isError ? <ErrorLine error={create.error} /> : null}
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            {t('hq:device_new.submit')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
