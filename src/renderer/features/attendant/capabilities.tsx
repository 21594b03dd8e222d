/** What works at this kiosk, one switch to each: what is off is offered to nobody, and the rest goes on. */
import { Switch } from '@mantine/core';
import { IconCircleCheck, IconPlugConnectedX, IconTool } from '@tabler/icons-react';
import type { AttendantState, Capability } from '#shared/rpc/attendant.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import { StatusTag } from '../../ui/status-tag.tsx';
import classes from './attendant.module.css';

export function Capabilities({
  list,
  busy,
  onSwitch,
}: {
  readonly list: AttendantState['capabilities'];
  readonly busy: boolean;
  readonly onSwitch: (capability: Capability, isOff: boolean) => void;
}) {
  const t = useText();
  const format = useShopFormat();
  return (
    <section className={classes.card} aria-labelledby="capabilities">
      <h2 id="capabilities" className={classes.heading}>
        {t('attendant:capabilities')}
      </h2>
      {list.map(({ name, isSetUp, offSince }) => (
        <div key={name} className={classes.row}>
          <span className={classes.name}>{t(`attendant:capability.${name}`)}</span>
          {offSince !== undefined ? (
            <StatusTag tone="warn" icon={IconTool}>
              {t('attendant:off_since', { when: `${format.dayMonth(offSince)}, ${format.time(offSince)}` })}
            </StatusTag>
          ) : isSetUp ? (
            <StatusTag tone="good" icon={IconCircleCheck}>
              {t('attendant:works')}
            </StatusTag>
          ) : (
            <StatusTag tone="plain" icon={IconPlugConnectedX}>
              {t('attendant:not_set_up')}
            </StatusTag>
          )}
          <Switch
            className={classes.switch ?? ''}
            size="xl"
            aria-label={t(`attendant:capability.${name}`)}
            checked={offSince === undefined}
            disabled={busy}
            onChange={(event) => onSwitch(name, !event.currentTarget.checked)}
          />
        </div>
      ))}
    </section>
  );
}
