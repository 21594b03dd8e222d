/** Values that several people wrote into one field without knowing of each other: a person says which one is right. */
import { Button } from '@mantine/core';
import { IconArrowsSplit2 } from '@tabler/icons-react';
import { PASSPORT_FIELDS } from '#shared/clients/passport.schema.ts';
import { formatPhone } from '#shared/kernel/phone.ts';
import type { ClientConflict, ClientConflictSide } from '#shared/rpc/clients.contract.ts';
import { type Text, useText } from '../../app/i18n/i18n.ts';
import { type ClientFile, useManagerFormat } from '../../app/manager.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { useFileAct } from './client-file.queries.ts';
import classes from './disputes.module.css';
import { showPassport } from './passport-form.rules.ts';

export function Disputes({ file }: { readonly file: ClientFile }) {
  const t = useText();
  const settle = useFileAct(
    file.client.id,
    async (
      source,
      { conflict, edit }: { readonly conflict: ClientConflict; readonly edit: ClientConflictSide['edit'] },
    ) => source.resolve(file.client.id, conflict, edit),
  );
  if (file.conflicts.length === 0) return null;
  return (
    <section className={classes.conflicts} aria-labelledby="conflicts">
      <h2 id="conflicts" className={classes.conflictsTitle}>
        <IconArrowsSplit2 size={20} aria-hidden />
        {t('wizard:dispute.title', { count: file.conflicts.length })}
      </h2>
      <p className={classes.conflictsText}>{t('wizard:dispute.text')}</p>
      {file.conflicts.map((conflict) => {
        const { row, id, field, kept, others } = conflict;
        const choose = (edit: ClientConflictSide['edit']) => settle.mutate({ conflict, edit });
        return (
          <fieldset key={`${row}:${id}:${field}`} className={classes.conflict} disabled={settle.isPending}>
            <legend>{nameOf(t, file, conflict)}</legend>
            <ul className={classes.sides}>
              <Side side={kept} conflict={conflict} isKept onChoose={choose} />
              {others.map((side) => (
                <Side
                  key={`${side.edit.deviceId}:${side.edit.incarnation}:${side.edit.mid}`}
                  side={side}
                  conflict={conflict}
                  isKept={false}
                  onChoose={choose}
                />
              ))}
            </ul>
          </fieldset>
        );
      })}
      {settle.isError ? <ErrorLine error={settle.error} /> : null}
    </section>
  );
}

function nameOf(t: Text, file: ClientFile, { row, id, field }: ClientConflict): string {
  if (row === 'client') return t(`wizard:field.${field}`);
  if (row === 'passport') return t('wizard:dispute.passport', { field: t(`wizard:field.${field}`) });
  const title = file.appliances.find((one) => one.id === id)?.title ?? '';
  return t('wizard:dispute.appliance', { title, field: t(`wizard:field.${field}`) });
}

function Side({
  side,
  conflict: { row, field },
  isKept,
  onChoose,
}: {
  readonly side: ClientConflictSide;
  readonly conflict: ClientConflict;
  readonly isKept: boolean;
  readonly onChoose: (edit: ClientConflictSide['edit']) => void;
}) {
  const t = useText();
  const format = useManagerFormat();
  return (
    <li className={classes.side} data-kept={isKept || undefined}>
      <div className={classes.value}>
        {side.value === undefined ? (
          <span className={classes.emptied}>{t('manager:conflict.emptied')}</span>
        ) : (
          <bdi>{shown(t, row, field, side.value)}</bdi>
        )}
        <small className={classes.hand}>
          <bdi>{side.by ?? t('manager:conflict.unknown_hand')}</bdi>
          {side.isOurs ? <span>{t('manager:conflict.here')}</span> : null}
          <span>{format.dateTime(side.at)}</span>
          {isKept ? <span className={classes.now}>{t('manager:conflict.now')}</span> : null}
        </small>
      </div>
      <Button variant={isKept ? 'default' : 'light'} onClick={() => onChoose(side.edit)}>
        {t(isKept ? 'manager:conflict.keep' : 'manager:conflict.take')}
      </Button>
    </li>
  );
}

function shown(t: Text, row: ClientConflict['row'], field: string, value: string): string {
  if (row === 'client' && field === 'phone') return formatPhone(value);
  if (row === 'passport') {
    if (field === 'photo') return t('wizard:passport.picture');
    const known = PASSPORT_FIELDS.find((one) => one === field);
    return known === undefined ? value : showPassport(known, value);
  }
  return value;
}
