/** Step 2: the passport. What is in the file is masked until somebody asks to see it, and that is written down. */
import { Button, Modal, Textarea, TextInput } from '@mantine/core';
import { IconEye, IconEyeOff, IconId, IconLock } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { PASSPORT_FIELDS, PassportField, PassportText, type PassportValues } from '#shared/clients/passport.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { type ClientFile, useManager } from '../../app/manager.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useFileAct, useLatestVersion } from './client-file.queries.ts';
import { formKey } from './draft-keeper.ts';
import { MeanwhileChanged } from './meanwhile-changed.tsx';
import { readPassport, ruleToSay, showPassport } from './passport-form.rules.ts';
import pictures from './pictures.module.css';
import { DropZone, Pictures, useGiving } from './pictures.tsx';
import { SavedLine } from './saved-line.tsx';
import { StepFrame } from './step-frame.tsx';
import { useAutosave } from './use-autosave.ts';
import classes from './wizard.module.css';
import type { Step } from './wizard.rules.ts';

/** Width and keyboard of each field, in the order of the document. */
const LOOK: Readonly<Record<PassportField, { readonly className: 'half' | 'third' | 'wide'; readonly digits?: true }>> =
  {
    lastName: { className: 'third' },
    firstName: { className: 'third' },
    middleName: { className: 'third' },
    birthDate: { className: 'third', digits: true },
    series: { className: 'third', digits: true },
    number: { className: 'third', digits: true },
    issuedBy: { className: 'wide' },
    issueCode: { className: 'half', digits: true },
    issueDate: { className: 'half', digits: true },
    address: { className: 'wide' },
  };

export function StepPassport({ file, onStep }: { readonly file: ClientFile; readonly onStep: (step: Step) => void }) {
  const t = useText();
  const source = useManager();
  const { id } = file.client;
  /** Values in clear: shown on demand, or typed here a moment ago. Gone with this step. */
  const [known, setKnown] = useState<PassportValues>({});
  const patch = useFileAct(
    id,
    (own, { set, seen }: { readonly set: PassportText; readonly seen: string | undefined }) =>
      own.patchPassport(id, set, seen),
  );
  /** Whoever comes back to a passport that was begun is told what is missing too. */
  const [isTried] = useState(Object.keys(file.passport.masked).length > 0);
  const [here, setHere] = useState<PassportField>();
  const reveal = useMutation({
    mutationFn: () => source.reveal(id),
    onSuccess: (values) => setKnown(values),
  });
  const form = useAutosave({
    form: formKey(id, 'passport'),
    now: Object.fromEntries(PASSPORT_FIELDS.map((field) => [field, showPassport(field, known[field] ?? '')])),
    read: readPassport,
    version: file.version,
    latest: useLatestVersion(id),
    masked: file.passport.masked,
    save: async (set, seen) => {
      await patch.mutateAsync({ set: PassportText.parse(set), seen });
      setKnown((values) => {
        const next = Object.entries({ ...values, ...set }).filter(([, value]) => typeof value === 'string');
        return Object.fromEntries(next);
      });
    },
  });
  const isHidden = (field: PassportField) =>
    file.passport.masked[field] !== undefined && known[field] === undefined && !form.isTyped(field);
  const hidden = PASSPORT_FIELDS.filter(isHidden);
  const fieldOf = (field: PassportField) => {
    const masked = isHidden(field);
    const rule = ruleToSay(file.passport.faults, field, isTried);
    const common = {
      className: classes[LOOK[field].className] ?? '',
      label: t(`wizard:passport.${field}`),
      placeholder: masked ? '' : t(`wizard:passport.like.${field}`),
      value: masked ? (file.passport.masked[field] ?? '') : form.value(field),
      readOnly: masked,
      autoComplete: 'off',
      spellCheck: false,
      maxLength: 256,
      // While it is being typed it is not wrong yet.
      error: rule !== undefined && here !== field ? t(`wizard:passport.rule.${rule}`) : undefined,
      onFocus: () => {
        setHere(field);
        form.focus(field);
      },
      onBlur: () => {
        setHere(undefined);
        form.blur(field);
      },
      onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
        form.write(field, event.currentTarget.value),
    };
    return LOOK[field].className === 'wide' ? (
      <Textarea key={field} size="md" autosize minRows={1} maxRows={3} {...common} />
    ) : (
      <TextInput key={field} inputMode={LOOK[field].digits ? 'numeric' : 'text'} {...common} />
    );
  };
  return (
    <StepFrame
      step="2"
      title={t('wizard:passport.title')}
      lead={t('wizard:passport.lead')}
      state={<SavedLine form={form} />}
      onStep={onStep}
      action={
        hidden.length > 0 ? (
          <Button
            variant="default"
            leftSection={<IconEye size={18} aria-hidden />}
            loading={reveal.isPending}
            onClick={() => reveal.mutate()}
          >
            {t('wizard:passport.reveal')}
          </Button>
        ) : Object.keys(known).length > 0 ? (
          <Button
            variant="default"
            leftSection={<IconEyeOff size={18} aria-hidden />}
            onClick={() => void form.flush().then(() => setKnown({}))}
          >
            {t('wizard:passport.hide')}
          </Button>
        ) : undefined
      }
    >
      {reveal.isError ? <ErrorLine error={reveal.error} /> : null}
      <MeanwhileChanged
        form={form}
        theirs={file.passport.masked}
        nameOf={(field) => t(`wizard:passport.${PassportField.parse(field)}`)}
      />
      <div className={classes.form}>
        {file.passport.isLocked ? (
          <div className={classes.wide}>
            <Notice tone="warn" icon={IconLock}>
              {t('wizard:passport.locked')}
            </Notice>
          </div>
        ) : null}
        {file.passport.purgedAt === undefined ? null : (
          <div className={classes.wide}>
            <Notice tone="plain" icon={IconLock}>
              {t('wizard:passport.purged')}
            </Notice>
          </div>
        )}
        {isTried && file.passport.faults.length > 0 ? (
          <p className={classes.groupError}>{t('wizard:passport.incomplete')}</p>
        ) : null}
        {PASSPORT_FIELDS.map(fieldOf)}
        <h3 className={classes.group}>{t('wizard:passport.picture')}</h3>
        <div className={classes.wide}>
          <PassportPicture file={file} />
        </div>
        {hidden.length > 0 ? <p className={`${classes.note} ${classes.wide}`}>{t('wizard:passport.audited')}</p> : null}
      </div>
    </StepFrame>
  );
}

function PassportPicture({ file }: { readonly file: ClientFile }) {
  const t = useText();
  const source = useManager();
  const { id } = file.client;
  const [shown, setShown] = useState<string>();
  const give = useFileAct(id, (own, picture: Blob) => own.givePassportPicture(id, picture, () => undefined));
  const drop = useFileAct(id, (own) => own.dropPassportPicture(id));
  const show = useMutation({ mutationFn: () => source.showPassportPicture(id), onSuccess: setShown });
  const giving = useGiving((picture) => give.mutateAsync(picture));
  const close = () => {
    if (shown?.startsWith('blob:')) URL.revokeObjectURL(shown);
    setShown(undefined);
  };
  if (file.passportPicture === undefined) {
    return (
      <DropZone onFiles={(files) => void giving.take(files.slice(0, 1))}>
        <Pictures
          of={t('wizard:passport.picture')}
          pictures={[]}
          going={giving.going}
          error={giving.error}
          most={1}
          onFiles={(files) => void giving.take(files.slice(0, 1))}
          onOpen={() => undefined}
        />
      </DropZone>
    );
  }
  return (
    <div className={classes.secret}>
      <IconId size={28} aria-hidden />
      <span>{t(`wizard:picture.state.${file.passportPicture.state}`)}</span>
      <Button variant="default" loading={show.isPending} onClick={() => show.mutate()}>
        {t('wizard:passport.show_picture')}
      </Button>
      <Button variant="subtle" color="red" loading={drop.isPending} onClick={() => drop.mutate(undefined)}>
        {t('wizard:picture.remove')}
      </Button>
      {show.isError ? <ErrorLine error={show.error} /> : null}
      {drop.isError ? <ErrorLine error={drop.error} /> : null}
      {shown === undefined ? null : (
        <Modal
          opened
          onClose={close}
          size={900}
          title={t('wizard:passport.picture')}
          closeButtonProps={{ 'aria-label': t('common:action.close') }}
        >
          <img className={pictures.large} src={shown} alt={t('wizard:passport.picture')} />
        </Modal>
      )}
    </div>
  );
}
