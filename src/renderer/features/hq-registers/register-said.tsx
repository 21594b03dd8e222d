/** A register in its own words: its shift, what the tax data operator has not taken, and how long its memory is good for. */
import { IconCloudOff, IconHourglass, IconReceiptOff } from '@tabler/icons-react';
import type { HqRegisterState } from '#shared/hq/fiscal.api.ts';
import { useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { StatusTag } from '../../ui/status-tag.tsx';
import { urgencyOf } from './register.rules.ts';
import classes from './register-row.module.css';

export function RegisterSaid({
  state,
  serverNow,
  timeZone,
}: {
  readonly state: HqRegisterState;
  readonly serverNow: number;
  readonly timeZone: string;
}) {
  const t = useText();
  const format = useFormat(timeZone);
  const urgency = urgencyOf(state, serverNow);
  const { shiftState, shiftNumber, shiftEndsAt, unsentDocuments, unsentSince, fnValidUntil } = state;
  const shift = { number: shiftNumber, until: shiftEndsAt === undefined ? '' : format.dateTime(shiftEndsAt) };
  const fn =
    fnValidUntil === undefined
      ? undefined
      : t(fnValidUntil < serverNow ? 'monitor:registers.said.fn_over' : 'monitor:registers.said.fn', {
          date: format.date(fnValidUntil),
        });
  const calm = [
    ...(urgency.shift === 'calm' ? [t(`monitor:registers.said.shift.${shiftState}`, shift)] : []),
    ...(unsentDocuments === 0 ? [t('monitor:registers.said.sent')] : []),
    ...(urgency.fn === 'calm' && fn !== undefined ? [fn] : []),
    t('monitor:registers.said.as_of', { ago: format.ago(state.at, serverNow) }),
  ];
  return (
    <span className={classes.said}>
      {urgency.shift === 'calm' ? null : (
        <StatusTag tone={urgency.shift} icon={IconHourglass}>
          {shiftState === 'expired'
            ? t('monitor:registers.said.shift.expired', shift)
            : t('monitor:registers.said.shift_ends', shift)}
        </StatusTag>
      )}
      {unsentDocuments === 0 ? null : (
        <StatusTag tone={urgency.unsent === 'calm' ? 'info' : urgency.unsent} icon={IconCloudOff}>
          {t('monitor:registers.said.unsent', {
            count: unsentDocuments,
            since: format.dateTime(unsentSince ?? state.at),
          })}
        </StatusTag>
      )}
      {urgency.fn === 'calm' ? null : (
        <StatusTag tone={urgency.fn} icon={IconReceiptOff}>
          {fn}
        </StatusTag>
      )}
      <small>{calm.join(' • ')}</small>
    </span>
  );
}
