import { Button, Group } from '@mantine/core';
import { IconDownload, IconFileAlert } from '@tabler/icons-react';
import type { HqImport, HqImportFault } from '#shared/hq/catalogue.api.ts';
import { useFormat } from '../../app/format.ts';
import { type Text, useText } from '../../app/i18n/i18n.ts';
import { Notice } from '../../ui/notice.tsx';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import dialogs from './dialogs.module.css';
import { saveFile } from './download.ts';
import { errorsCsv } from './import.rules.ts';
import classes from './import-table.module.css';

const explainIn =
  (t: Text) =>
  ({ problem, params }: HqImportFault): string =>
    t(`goods:problem.${problem}`, {
      ...params,
      // A column is named as the template names it.
      ...(problem === 'missing_column' ? { column: t(`goods:column.${columnOf(params)}`) } : {}),
    });

type RequiredColumn = 'sku' | 'name' | 'price' | 'vat';
const columnOf = (params: HqImportFault['params']): RequiredColumn => (params?.['column'] ?? 'sku') as RequiredColumn;

/** Every row that is wrong: where, what was written, what is allowed. */
export function ImportErrors({
  of,
  onAgain,
  onClose,
}: {
  readonly of: HqImport;
  readonly onAgain: () => void;
  readonly onClose: () => void;
}) {
  const t = useText();
  const format = useFormat();
  const explain = explainIn(t);
  const head = (['line', 'column', 'value', 'allowed'] as const).map((name) => t(`goods:errors.${name}`));
  return (
    <div className={dialogs.form}>
      <Notice tone="bad" icon={IconFileAlert} role="alert">
        <strong>{t('goods:errors.title', { count: of.errorsTotal })}</strong>{' '}
        {t('goods:errors.text', { rows: format.number(of.rowsRead) })}
      </Notice>
      <ScrollRegion className={classes.scroll} label={t('goods:errors.label')}>
        <table className={classes.table}>
          <thead>
            <tr>
              {head.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {of.errors.map((fault, nth) => (
              // A row of the file may be wrong in several ways, so that only its place is its own.
              // oxlint-disable-next-line react/no-array-index-key
              <tr key={nth}>
                <td className={classes.number}>{format.number(fault.line)}</td>
                <td>
                  <bdi>{fault.column}</bdi>
                </td>
                <td className={classes.cell}>
                  <bdi className={classes.value}>{fault.value}</bdi>
                </td>
                <td>{explain(fault)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {of.errorsTotal > of.errors.length ? (
        <p className={dialogs.text}>
          {t('goods:errors.more', { shown: format.number(of.errors.length), total: format.number(of.errorsTotal) })}
        </p>
      ) : null}
      <Group justify="space-between" gap="sm" className={dialogs.foot ?? ''}>
        <Button
          variant="default"
          leftSection={<IconDownload size={18} aria-hidden />}
          onClick={() => saveFile(t('goods:errors.file_name'), errorsCsv(head, of.errors, explain))}
        >
          {t('goods:errors.download')}
        </Button>
        <Group gap="sm">
          <Button variant="default" onClick={onClose}>
            {t('goods:back')}
          </Button>
          <Button onClick={onAgain} data-autofocus>
            {t('goods:import.another')}
          </Button>
        </Group>
      </Group>
    </div>
  );
}
