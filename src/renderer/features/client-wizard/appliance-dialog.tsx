/** An appliance: what it is, what it is called, and its own fee where the tariff's is not meant. */
import { Button, Modal, Select, Textarea, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconPencil } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { ApplianceKind } from '#shared/clients/appliances.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import type { ApplianceDraft, ApplianceView } from '../../app/manager.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { type ApplianceFormField, readAppliance } from './appliance-form.rules.ts';
import { useFileAct } from './client-file.queries.ts';
import { useApplianceForm } from './use-appliance-form.ts';
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
  const { form, set: write, hasDraft, reset, isOnlyHere } = useApplianceForm(clientId, appliance);
  /** What was typed here before is brought back, with what is wrong about it. */
  const [wasTyped] = useState(hasDraft);
  const [isTried, setTried] = useState(hasDraft);
  const read = readAppliance(form, appliance?.specs);
  const save = useFileAct(clientId, async (source) => {
    if (read.draft === undefined) return;
    if (appliance === undefined) await source.addAppliance(clientId, read.draft);
    else await source.patchAppliance(clientId, appliance.id, changesOf(appliance, read.draft));
  });
  const set = (field: ApplianceFormField) => (event: { readonly currentTarget: { readonly value: string } }) =>
    write(field, event.currentTarget.value);
  const wrong = (field: 'kind' | 'title' | 'fee') =>
    isTried && read.wrong?.includes(field) ? t(`wizard:appliance.wrong.${field}`) : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (read.draft !== undefined && !save.isPending) {
      save.mutate(undefined, {
        onSuccess: () => {
          reset();
          onClose();
        },
      });
    }
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
        {wasTyped && hasDraft ? (
          <div className={classes.wide}>
            <Notice
              tone="info"
              icon={IconPencil}
              action={
                <Button variant="default" onClick={reset}>
                  {t('wizard:appliance.anew')}
                </Button>
              }
            >
              {t('wizard:appliance.kept')}
            </Notice>
          </div>
        ) : null}
        <Select
          data-autofocus
          className={classes.half ?? ''}
          label={t('wizard:appliance.kind')}
          placeholder={t('wizard:appliance.kind_hint')}
          data={ApplianceKind.options.map((kind) => ({ value: kind, label: t(`wizard:kind.${kind}`) }))}
          value={form.kind === '' ? null : form.kind}
          searchable
          error={wrong('kind')}
          onChange={(value) => write('kind', value ?? '')}
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
        {isOnlyHere ? (
          <div className={classes.wide}>
            <Notice tone="warn" icon={IconAlertTriangle}>
              {t('wizard:saved.only_here')}
            </Notice>
          </div>
        ) : null}
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
