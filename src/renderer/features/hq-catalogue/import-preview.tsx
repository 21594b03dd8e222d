import { Button, Group } from '@mantine/core';
import { IconAlertTriangle, IconCalendarPlus, IconInfoCircle } from '@tabler/icons-react';
import { useState } from 'react';
import type { HqChangeKind, HqImport } from '#shared/hq/catalogue.api.ts';
import { useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useApplyImport, useCancelImport } from './catalogue.queries.ts';
import dialogs from './dialogs.module.css';
import { changesIn, countsOf } from './import.rules.ts';
import { ImportChanges } from './import-changes.tsx';
import { ImportCounts } from './import-counts.tsx';

/** What would change, before it does. */
export function ImportPreview({
  of,
  timeZone,
  onAgain,
}: {
  readonly of: HqImport;
  readonly timeZone: string;
  readonly onAgain: () => void;
}) {
  const t = useText();
  const format = useFormat(timeZone);
  const apply = useApplyImport();
  const cancel = useCancelImport();
  const [kind, setKind] = useState<HqChangeKind>();
  const counts = countsOf(of);
  const total = changesIn(counts);
  return (
    <div className={dialogs.form}>
      <p className={dialogs.text}>{t('goods:preview.text', { file: of.fileName, rows: format.number(of.rowsRead) })}</p>
      <ImportCounts counts={counts} chosen={kind} onChoose={setKind} />
      {of.effectiveFrom === undefined ? null : (
        <Notice tone="info" icon={IconCalendarPlus}>
          {t('goods:preview.from', { when: format.dateTime(of.effectiveFrom) })}
        </Notice>
      )}
      {counts.deactivated > 0 ? (
        <Notice tone="warn" icon={IconAlertTriangle}>
          {t('goods:preview.deactivated', { count: counts.deactivated })}
        </Notice>
      ) : null}
      {of.ignoredColumns.length > 0 ? (
        <Notice tone="info" icon={IconInfoCircle}>
          {t('goods:preview.ignored', { columns: of.ignoredColumns.join(', ') })}
        </Notice>
      ) : null}
      {total > 0 ? <ImportChanges of={of} kind={kind} /> : <p className={dialogs.text}>{t('goods:preview.nothing')}</p>}
      {apply.isError ? <ErrorLine error={apply.error} /> : null}
      {cancel.isError ? <ErrorLine error={cancel.error} /> : null}
      <Group justify="flex-end" gap="sm" className={dialogs.foot ?? ''}>
        <Button
          variant="default"
          loading={cancel.isPending}
          onClick={() => cancel.mutate(of.id, { onSuccess: onAgain })}
        >
          {t('goods:import.cancel')}
        </Button>
        <Button loading={apply.isPending} disabled={total === 0} onClick={() => apply.mutate(of.id)}>
          {t('goods:preview.apply', { count: total })}
        </Button>
      </Group>
    </div>
  );
}
