/** The fields of a client's file. Only what a person changes is written. */
import { Button, TagsInput, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import classes from './client-dialog.module.css';
import { type Draft, overtaken, type ReadDraft, readDraft, TYPED, type TypedField } from './clients.rules.ts';

const LIMITS: Readonly<Record<TypedField, number>> = {
  name: 128,
  phone: 32,
  email: 254,
  registrationAddress: 256,
  comment: 1000,
};

export function ClientForm({
  opened,
  now,
  isPending,
  error,
  beside,
  onSave,
}: {
  /** What stood in the file when the form was opened. */
  readonly opened: Draft;
  /** What stands in it now: others go on writing. */
  readonly now: Draft;
  readonly isPending: boolean;
  readonly error: unknown;
  /** Other things to be done with the file. */
  readonly beside?: ReactNode;
  readonly onSave: (change: Extract<ReadDraft, { readonly isGood: true }>) => void;
}) {
  const t = useText();
  const [draft, setDraft] = useState(opened);
  const [touched, setTouched] = useState(false);
  const read = readDraft(draft, opened);
  const wrong = new Set(touched && !read.isGood ? read.wrong : []);
  const behind = new Set(overtaken(draft, opened, now));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTouched(true);
    if (read.isGood && !isPending) onSave(read);
  };
  const field = (name: TypedField) => ({
    label: t(`manager:field.${name}`),
    value: draft[name],
    maxLength: LIMITS[name],
    autoComplete: 'off',
    error: wrong.has(name) ? t(`manager:file.wrong.${name}`) : undefined,
    description: behind.has(name) ? t('manager:file.overtaken', { value: now[name] || '—' }) : undefined,
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => {
      const { value } = event.currentTarget;
      setDraft((before) => ({ ...before, [name]: value }));
    },
  });
  return (
    <form onSubmit={submit} className={classes.form} noValidate>
      {TYPED.map((name) =>
        name === 'comment' ? (
          <Textarea key={name} className={classes.wide ?? ''} autosize minRows={2} maxRows={6} {...field(name)} />
        ) : (
          <TextInput
            key={name}
            className={name === 'name' || name === 'registrationAddress' ? (classes.wide ?? '') : ''}
            inputMode={name === 'phone' ? 'tel' : name === 'email' ? 'email' : 'text'}
            {...(name === 'name' ? { 'data-autofocus': true } : {})}
            {...field(name)}
          />
        ),
      )}
      <TagsInput
        className={classes.wide ?? ''}
        label={t('manager:field.tags')}
        placeholder={t('manager:file.tags_hint')}
        value={[...draft.tags]}
        maxTags={32}
        error={wrong.has('tags') ? t('manager:file.wrong.tags') : undefined}
        onChange={(tags) => setDraft((before) => ({ ...before, tags }))}
      />
      {error ? <ErrorLine error={error} /> : null}
      <div className={classes.buttons}>
        <span className={classes.beside}>{beside}</span>
        <Button type="submit" loading={isPending} disabled={read.isGood && !read.isChanged}>
          {t('manager:file.save')}
        </Button>
      </div>
    </form>
  );
}
