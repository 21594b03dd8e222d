/** Work of this device that came after the contract was signed elsewhere: nothing was overwritten, and a person decides (AM-27). */
import { Button } from '@mantine/core';
import { IconFileAlert } from '@tabler/icons-react';
import type { LateEdit } from '#shared/clients/file.view.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { type ClientFile, useManager, useManagerFormat } from '../../app/manager.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { useFileAct } from './client-file.queries.ts';
import classes from './disputes.module.css';

export function LateEdits({ file }: { readonly file: ClientFile }) {
  const t = useText();
  const format = useManagerFormat();
  const { settleLate } = useManager();
  const { id, status } = file.client;
  const settle = useFileAct(id, async (source, act: 'redo' | 'dismiss') => source.settleLate?.(id, act));
  if (file.late.length === 0) return null;
  return (
    <section className={classes.conflicts} aria-labelledby="late">
      <h2 id="late" className={classes.conflictsTitle}>
        <IconFileAlert size={20} aria-hidden />
        {t('wizard:late.title', { status: t(`manager:status.${status}`) })}
      </h2>
      <p className={classes.conflictsText}>{t('wizard:late.text')}</p>
      <ul className={classes.sides}>
        {file.late.map((edit) => (
          <li key={`${edit.deviceId}:${edit.incarnation}:${edit.mid}`} className={classes.side}>
            <div className={classes.value}>
              <Words edit={edit} />
              <small className={classes.hand}>
                <span>{format.dateTime(edit.at)}</span>
              </small>
            </div>
          </li>
        ))}
      </ul>
      {settle.isError ? <ErrorLine error={settle.error} /> : null}
      {settleLate === undefined ? null : (
        <div className={classes.acts}>
          <Button loading={settle.isPending} onClick={() => settle.mutate('redo')}>
            {t('wizard:late.redo')}
          </Button>
          <Button variant="default" disabled={settle.isPending} onClick={() => settle.mutate('dismiss')}>
            {t('wizard:late.dismiss')}
          </Button>
        </div>
      )}
    </section>
  );
}

function Words({ edit }: { readonly edit: LateEdit }) {
  const t = useText();
  if (edit.act === 'delete') return <>{t('wizard:late.deleted')}</>;
  return (
    <>
      {edit.act === 'create' ? `${t('wizard:late.created')} ` : null}
      {edit.fields.map(({ field, value }) => (
        <span key={field} className={classes.lateField}>
          {t(`wizard:late.row.${edit.row}`)} <bdi>{value ?? t('manager:conflict.emptied')}</bdi>
        </span>
      ))}
    </>
  );
}
