/** Step 1: who it is and where they live. */
import { TagsInput, Textarea, TextInput } from '@mantine/core';
import { ADDRESS_PARTS, type AddressPart } from '#shared/clients/address.rules.ts';
import { ClientElements } from '#shared/clients/clients.mutators.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { type ClientFile, type ProfileEdit, useManager } from '../../app/manager.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { useFileAct, useLatestVersion } from './client-file.queries.ts';
import { typedOf, useTyped } from './draft.store.ts';
import { formKey } from './draft-keeper.ts';
import { MeanwhileChanged } from './meanwhile-changed.tsx';
import {
  isAddressPart,
  PROFILE_FIELDS,
  type ProfileField,
  profileEdit,
  readProfile,
  showProfile,
} from './profile-form.rules.ts';
import { SavedLine } from './saved-line.tsx';
import { StepFrame } from './step-frame.tsx';
import { useAutosave } from './use-autosave.ts';
import classes from './wizard.module.css';
import type { Step } from './wizard.rules.ts';

const LIMITS: Readonly<Record<ProfileField | AddressPart, number>> = {
  name: 128,
  phone: 32,
  email: 254,
  comment: 1000,
  postal: 6,
  region: 64,
  city: 64,
  street: 64,
  house: 32,
  apartment: 16,
};
const INPUT_MODES = new Map<string, 'tel' | 'email' | 'numeric'>([
  ['phone', 'tel'],
  ['email', 'email'],
  ['postal', 'numeric'],
]);

export function StepData({ file, onStep }: { readonly file: ClientFile; readonly onStep: (step: Step) => void }) {
  const t = useText();
  const { id } = file.client;
  const patch = useFileAct(
    id,
    (source, { set, seen }: { readonly set: ProfileEdit; readonly seen: string | undefined }) =>
      source.saveProfile(id, set, seen),
  );
  const now = showProfile(file.client);
  const key = formKey(id, 'profile');
  const texts = { ...now, ...useTyped(key) };
  const form = useAutosave({
    form: key,
    now,
    read: readProfile(texts),
    version: file.version,
    latest: useLatestVersion(id),
    whole: ADDRESS_PARTS,
    save: (set, seen) => patch.mutateAsync({ set: profileEdit(set, { ...now, ...typedOf(key) }), seen }),
  });
  const common = (field: ProfileField | AddressPart) => ({
    value: form.value(field),
    maxLength: LIMITS[field],
    autoComplete: 'off',
    inputMode: INPUT_MODES.get(field) ?? ('text' as const),
    onFocus: () => form.focus(field),
    onBlur: () => form.blur(field),
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      form.write(field, event.currentTarget.value),
  });
  const profile = (field: ProfileField) => ({
    ...common(field),
    label: t(`manager:field.${field}`),
    error: form.wrong.has(field) ? t(`manager:file.wrong.${field}`) : undefined,
  });
  const part = (field: AddressPart, className: string | undefined) => (
    <TextInput
      key={field}
      className={className ?? ''}
      label={t(`wizard:address.${field}`)}
      placeholder={t(`wizard:address.like.${field}`)}
      {...common(field)}
      {...(form.wrong.has(field) ? { 'aria-invalid': true } : {})}
    />
  );
  const nameOf = (field: string) => {
    const known = PROFILE_FIELDS.find((one) => one === field);
    return isAddressPart(field)
      ? t(`wizard:address.${field}`)
      : known === undefined
        ? field
        : t(`manager:field.${known}`);
  };
  const isAddressWrong = ADDRESS_PARTS.some((one) => form.wrong.has(one));
  return (
    <StepFrame
      step="1"
      title={t('wizard:data.title')}
      lead={t('wizard:data.lead')}
      state={<SavedLine form={form} />}
      onStep={onStep}
    >
      <MeanwhileChanged form={form} theirs={now} nameOf={nameOf} />
      <div className={classes.form}>
        {PROFILE_FIELDS.map((field) =>
          field === 'comment' ? null : (
            <TextInput
              key={field}
              className={(field === 'name' ? classes.wide : classes.half) ?? ''}
              {...profile(field)}
            />
          ),
        )}
        <h3 className={classes.group}>{t('wizard:address.title')}</h3>
        {part('city', classes.third)}
        {part('street', classes.third)}
        {part('house', classes.third)}
        {part('apartment', classes.third)}
        {part('region', classes.third)}
        {part('postal', classes.third)}
        {isAddressWrong ? (
          <p className={classes.groupError} role="alert">
            {t('wizard:address.wrong')}
          </p>
        ) : null}
        <h3 className={classes.group}>{t('wizard:data.more')}</h3>
        <Textarea size="md" className={classes.wide ?? ''} autosize minRows={2} maxRows={6} {...profile('comment')} />
        <Tags file={file} />
      </div>
    </StepFrame>
  );
}

/** Saved one by one: each is put to what others put there meanwhile. */
function Tags({ file }: { readonly file: ClientFile }) {
  const t = useText();
  const source = useManager();
  const { id, tags } = file.client;
  const set = useFileAct(id, async (own, next: readonly string[]) => {
    const added = next.filter((tag) => !tags.includes(tag));
    const removed = tags.filter((tag) => !next.includes(tag));
    await own.setTags?.(id, ClientElements.parse({ tags: added }).tags ?? [], removed);
  });
  if (source.setTags === undefined) return null;
  return (
    <>
      <TagsInput
        size="md"
        className={classes.wide ?? ''}
        label={t('manager:field.tags')}
        placeholder={t('manager:file.tags_hint')}
        value={[...tags]}
        maxTags={32}
        disabled={set.isPending}
        onChange={(next) => {
          if (next.every((tag) => tag.length <= 32)) set.mutate(next);
        }}
      />
      {set.isError ? <ErrorLine error={set.error} /> : null}
    </>
  );
}
