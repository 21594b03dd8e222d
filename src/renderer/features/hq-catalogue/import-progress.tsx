import { Button, Group, Progress } from '@mantine/core';
import type { HqImport } from '#shared/hq/catalogue.api.ts';
import { useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { useCancelImport } from './catalogue.queries.ts';
import dialogs from './dialogs.module.css';
import classes from './import-progress.module.css';

export function ImportProgress({ of }: { readonly of: HqImport }) {
  const t = useText();
  const format = useFormat();
  const cancel = useCancelImport();
  const phase = of.status === 'applying' ? 'applying' : 'checking';
  return (
    <div className={dialogs.form}>
      <output className={classes.words}>
        <strong>{t(`goods:import.phase.${phase}`)}</strong>
        <bdi>{of.fileName}</bdi>
      </output>
      <Progress value={of.progress * 100} size={12} radius="xl" aria-label={t(`goods:import.phase.${phase}`)} />
      <p className={dialogs.text}>
        {t('goods:import.rows', { read: format.number(of.rowsRead), ok: format.number(of.rowsOk) })}
        {of.errorsTotal > 0 ? ` • ${t('goods:import.errors', { count: of.errorsTotal })}` : null}
      </p>
      <p className={dialogs.text}>{t(`goods:import.phase_hint.${phase}`)}</p>
      {cancel.isError ? <ErrorLine error={cancel.error} /> : null}
      <Group justify="flex-end">
        <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate(of.id)}>
          {t('goods:import.cancel')}
        </Button>
      </Group>
    </div>
  );
}
