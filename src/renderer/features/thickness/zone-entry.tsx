/** The zone that is measured now: its name, what is typed for it, and the keys. */
import { Button } from '@mantine/core';
import { IconBluetooth, IconHandFinger, IconLoader } from '@tabler/icons-react';
import { useState } from 'react';
import { type ThicknessValue, UNREADABLE } from '#shared/diagnostics/thickness.schema.ts';
import type { MeasurementView } from '#shared/rpc/thickness.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { ScreenKeyboard } from '../../ui/screen-keyboard.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { eraseDigit, readDraft, typeDigit } from './value-draft.rules.ts';
import classes from './zone-entry.module.css';

const GAUGE = {
  none: { tone: 'plain', icon: IconHandFinger },
  connecting: { tone: 'warn', icon: IconLoader },
  ready: { tone: 'good', icon: IconBluetooth },
} as const;

export function ZoneEntry({
  name,
  gauge,
  onValue,
}: {
  readonly name: string;
  readonly gauge: MeasurementView['gauge'];
  readonly onValue: (value: ThicknessValue) => void;
}) {
  const t = useText();
  const [draft, setDraft] = useState('');
  const value = readDraft(draft);
  const { tone, icon } = GAUGE[gauge];
  const give = (given: ThicknessValue) => {
    setDraft('');
    onValue(given);
  };
  return (
    <section className={classes.entry}>
      <p className={classes.name}>{name}</p>
      <output className={classes.value} data-empty={draft === ''}>
        <bdi className={classes.number}>{draft === '' ? '0' : draft}</bdi>
        <span className={classes.unit}>{t('checks:measure.unit')}</span>
      </output>
      <div className={classes.gauge}>
        <StatusTag tone={tone} icon={icon}>
          {t(`checks:measure.gauge.${gauge}`)}
        </StatusTag>
      </div>
      <ScreenKeyboard
        layout="digits"
        onType={(digit) => setDraft((text) => typeDigit(text, digit))}
        onErase={() => setDraft(eraseDigit)}
      />
      <div className={classes.actions}>
        <Button variant="default" onClick={() => give(UNREADABLE)}>
          {t('checks:measure.plastic')}
        </Button>
        <Button disabled={value === undefined} onClick={() => (value === undefined ? undefined : give(value))}>
          {t('checks:measure.save')}
        </Button>
      </div>
    </section>
  );
}
