/** An appliance: what it is, what it is called, and its own fee where the tariff's is not meant. */
import { Button, Modal, Select, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ApplianceKind } from '#shared/clients/appliances.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import type { ApplianceDraft, ApplianceView } from '../../app/manager.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import {
  type ApplianceForm,
  type ApplianceFormField,
  EMPTY_FORM,
  formOf,
  readAppliance,
} from './appliance-form.rules.ts';
import { useFileAct } from './client-file.queries.ts';
import classes from './wizard.module.css';

export function ApplianceDialog({
  clientId,
  appliance,
  onClose,
}: {
  readonly clientId: string;
  /** The one to be changed; none: a new one. */
  readonly appliance: ApplianceView | undefined;
  readonly onClose: () => void;
}) {
  const t = useText();
  const [form, setForm] = useState<ApplianceForm>(() => (appliance ? formOf(appliance) : EMPTY_FORM));
  const [isTried, setTried] = useState(false);
  const read = readAppliance(form, appliance?.specs);
  const save = useFileAct(clientId, async (source) => {
    if (read.draft === undefined) return;
    if (appliance === undefined) await source.addAppliance(clientId, read.draft);
    else await source.patchAppliance(clientId, appliance.id, changesOf(appliance, read.draft));
  });
  const set = (field: ApplianceFormField) => (event: { readonly currentTarget: { readonly value: string } }) => {
    const { value } = event.currentTarget;
    setForm((all) => ({ ...all, [field]: value }));
  };
  const wrong = (field: 'kind' | 'title' | 'fee') =>
    isTried && read.wrong?.includes(field) ? t(`wizard:appliance.wrong.${field}`) : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (read.draft !== undefined && !save.isPending) save.mutate(undefined, { onSuccess: onClose });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={620}
      title={t(appliance === undefined ? 'wizard:appliance.new' : 'wizard:appliance.edit')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <form className={classes.form} onSubmit={submit} noValidate>
        <Select
          data-autofocus
          className={classes.half ?? ''}
          label={t('wizard:appliance.kind')}
          placeholder={t('wizard:appliance.kind_hint')}
          data={ApplianceKind.options.map((kind) => ({ value: kind, label: t(`wizard:kind.${kind}`) }))}
          value={form.kind === '' ? null : form.kind}
          searchable
          error={wrong('kind')}
          onChange={(value) => setForm((all) => ({ ...all, kind: ApplianceKind.safeParse(value).data ?? '' }))}
        />
        <TextInput
          className={classes.half ?? ''}
          label={t('wizard:appliance.fee')}
          description={t('wizard:appliance.fee_hint')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          inputMode="decimal"
          maxLength={16}
          value={form.fee}
          error={wrong('fee')}
          onChange={set('fee')}
        />
        <TextInput
          className={classes.wide ?? ''}
          label={t('wizard:appliance.title')}
          placeholder={t('wizard:appliance.title_hint')}
          maxLength={128}
          value={form.title}
          error={wrong('title')}
          onChange={set('title')}
        />
        <TextInput
          className={classes.wide ?? ''}
          label={t('wizard:appliance.serial')}
          maxLength={256}
          value={form.serial}
          onChange={set('serial')}
        />
        <Textarea
          size="md"
          className={classes.wide ?? ''}
          label={t('wizard:appliance.description')}
          autosize
          minRows={2}
          maxRows={5}
          maxLength={1000}
          value={form.description}
          onChange={set('description')}
        />
        {save.isError ? <ErrorLine error={save.error} /> : null}
        <Button className={classes.wide ?? ''} type="submit" loading={save.isPending}>
          {t(appliance === undefined ? 'wizard:appliance.add' : 'wizard:appliance.save')}
        </Button>
      </form>
    </Modal>
  );
}

/** What differs: the rest may be somebody else's by now. */
function changesOf(was: ApplianceView, { kind, title, description, specs, extraFeeMinor }: ApplianceDraft) {
  return {
    ...(kind === was.kind ? {} : { kind }),
    ...(title === was.title ? {} : { title }),
    ...(description === (was.description ?? '') ? {} : { description }),
    ...(JSON.stringify(specs) === JSON.stringify(was.specs) ? {} : { specs }),
    ...(extraFeeMinor === was.extraFeeMinor ? {} : { extraFeeMinor }),
  };
}
