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
  now,
  isPending,
  error,
  beside,
  onSave,
}: {
  /** What stands in the file: others go on writing, and fields that nobody typed into follow it. */
  readonly now: Draft;
  readonly isPending: boolean;
  readonly error: unknown;
  /** Other things to be done with the file. */
  readonly beside?: ReactNode;
  readonly onSave: (change: Extract<ReadDraft, { readonly isGood: true }>) => void;
}) {
  const t = useText();
  const [typed, setTyped] = useState<Partial<Draft>>({});
  /** What stood in a field when a person began to type into it. */
  const [before, setBefore] = useState<Partial<Draft>>({});
  const [touched, setTouched] = useState(false);
  const draft: Draft = { ...now, ...typed };
  const opened: Draft = { ...now, ...before };
  const read = readDraft(draft, opened);
  const write = (change: Partial<Draft>, was: Partial<Draft>) => {
    setTyped((all) => ({ ...all, ...change }));
    setBefore((all) => ({ ...was, ...all }));
  };
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
      write({ [name]: event.currentTarget.value }, { [name]: now[name] });
    },
  });
  return (
    <form onSubmit={submit} className={classes.form} noValidate>
      {TYPED.map((name) =>
        name === 'comment' ? (
          <Textarea
            key={name}
            size="md"
            className={classes.wide ?? ''}
            autosize
            minRows={2}
            maxRows={6}
            {...field(name)}
          />
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
        size="md"
        className={classes.wide ?? ''}
        label={t('manager:field.tags')}
        placeholder={t('manager:file.tags_hint')}
        value={[...draft.tags]}
        maxTags={32}
        error={wrong.has('tags') ? t('manager:file.wrong.tags') : undefined}
        onChange={(tags) => write({ tags }, { tags: now.tags })}
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
