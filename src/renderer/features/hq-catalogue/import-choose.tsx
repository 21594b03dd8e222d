import { Button, Checkbox, Group, Select } from '@mantine/core';
import { IconDownload, IconFileSpreadsheet, IconUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type DragEvent, useId, useState } from 'react';
import { MAX_IMPORT_BYTES, MAX_IMPORT_ROWS } from '#shared/hq/catalogue.api.ts';
import { useFormat } from '../../app/format.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { shopsQuery, useCreateImport } from './catalogue.queries.ts';
import dialogs from './dialogs.module.css';
import { saveFile } from './download.ts';
import { sampleCsv } from './import.rules.ts';
import classes from './import-choose.module.css';
import { type Moment, nextMidnight, readMoment } from './moment.rules.ts';
import { MomentFields } from './moment-fields.tsx';

const ALL = 'all';

export function ImportChoose({
  timeZone,
  onCreated,
}: {
  readonly timeZone: string;
  readonly onCreated: (id: string) => void;
}) {
  const t = useText();
  const format = useFormat();
  const hq = useHq();
  const shops = useQuery(shopsQuery(hq)).data?.shops ?? [];
  const create = useCreateImport();
  const input = useId();
  const [file, setFile] = useState<File>();
  const [shopId, setShop] = useState(ALL);
  const [replaceMissing, setReplace] = useState(false);
  const [moment, setMoment] = useState<Moment>();
  const [isWrong, setWrong] = useState(false);
  const [isOver, setOver] = useState(false);
  const isTooLarge = file !== undefined && file.size > MAX_IMPORT_BYTES;

  const take = (next: File | undefined) => {
    if (next === undefined) return;
    setFile(next);
    create.reset();
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  const send = () => {
    if (file === undefined || isTooLarge) return;
    const effectiveFrom = moment && readMoment(moment, timeZone);
    if (moment !== undefined && effectiveFrom === undefined) {
      setWrong(true);
      return;
    }
    create.mutate(
      { file, replaceMissing, effectiveFrom, shopId: shopId === ALL ? undefined : shopId },
      { onSuccess: ({ id }) => onCreated(id) },
    );
  };
  return (
    <div className={dialogs.form}>
      {/* Dropping is a shortcut of the mouse; the field inside is what keyboards and readers use. */}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div
        className={classes.zone}
        data-over={isOver || undefined}
        data-chosen={file !== undefined || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <input
          id={input}
          className={classes.input}
          type="file"
          accept=".csv,.txt,text/csv,text/plain"
          onChange={(event) => {
            take(event.currentTarget.files?.[0]);
            // The same file, mended, may be chosen again.
            event.currentTarget.value = '';
          }}
        />
        <label htmlFor={input} className={classes.label}>
          {file === undefined ? (
            <IconUpload size={32} stroke={1.5} aria-hidden />
          ) : (
            <IconFileSpreadsheet size={32} stroke={1.5} aria-hidden />
          )}
          <strong>{file === undefined ? t('goods:import.choose') : <bdi>{file.name}</bdi>}</strong>
          <span className={classes.hint}>
            {file === undefined
              ? t('goods:import.drop')
              : t('goods:import.size', { size: format.number(Math.max(1, Math.round(file.size / 1024))) })}
          </span>
        </label>
      </div>
      {isTooLarge ? (
        <p className={classes.wrong} role="alert">
          {t('goods:import.too_large', { max: MAX_IMPORT_BYTES / 1_048_576 })}
        </p>
      ) : null}
      <div className={classes.about}>
        <p className={dialogs.text}>{t('goods:import.columns', { rows: format.number(MAX_IMPORT_ROWS) })}</p>
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconDownload size={18} aria-hidden />}
          onClick={() => saveFile(t('goods:import.sample_name'), sampleCsv())}
        >
          {t('goods:import.sample')}
        </Button>
      </div>
      {shops.length > 1 ? (
        <Select
          label={t('goods:import.where')}
          allowDeselect={false}
          value={shopId}
          onChange={(value) => setShop(value ?? ALL)}
          data={[
            { value: ALL, label: t('goods:import.all_shops', { count: shops.length }) },
            ...shops.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      ) : null}
      <Checkbox
        radius="xs"
        label={t('goods:import.replace')}
        description={t('goods:import.replace_hint')}
        checked={replaceMissing}
        onChange={(event) => setReplace(event.currentTarget.checked)}
      />
      <Checkbox
        radius="xs"
        label={t('goods:import.later')}
        description={t('goods:import.later_hint')}
        checked={moment !== undefined}
        onChange={(event) => {
          setWrong(false);
          setMoment(event.currentTarget.checked ? nextMidnight(Date.now(), timeZone) : undefined);
        }}
      />
      {moment === undefined ? null : (
        <MomentFields
          moment={moment}
          error={isWrong ? t('goods:prices.wrong') : undefined}
          onChange={(next) => {
            setMoment(next);
            setWrong(false);
          }}
        />
      )}
      {create.isError ? <ErrorLine error={create.error} /> : null}
      <Group justify="flex-end">
        <Button onClick={send} loading={create.isPending} disabled={file === undefined || isTooLarge}>
          {t('goods:import.check')}
        </Button>
      </Group>
    </div>
  );
}
