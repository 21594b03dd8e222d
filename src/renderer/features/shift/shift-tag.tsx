import { type Icon, IconClock, IconClockExclamation, IconClockOff, IconCoins } from '@tabler/icons-react';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import { StatusTag, type Tone } from '../../ui/status-tag.tsx';
import { lookOf } from './shift.rules.ts';

/** The shift and what is left of its 24 hours. */
export function ShiftTag({ shift }: { readonly shift: RegisterView['shift'] }) {
  const t = useText();
  const look = lookOf(shift);
  if (look.kind === 'open') {
    const name = t('cashier:shift.number', { number: shift.number });
    const left =
      shift.leftMs === undefined
        ? ''
        : look.hours > 0
          ? ` • ${t('cashier:shift.hours_left', { hours: look.hours, minutes: look.minutes })}`
          : ` • ${t('cashier:shift.minutes_left', { minutes: look.minutes })}`;
    return (
      <StatusTag tone={look.isEnding ? 'warn' : 'good'} icon={look.isEnding ? IconClockExclamation : IconClock}>
        {name}
        {left}
      </StatusTag>
    );
  }
  return (
    <StatusTag
      tone={look.kind === 'expired' ? 'bad' : 'plain'}
      icon={look.kind === 'expired' ? IconClockExclamation : IconClockOff}
    >
      {t(`cashier:shift.state.${look.kind}`)}
    </StatusTag>
  );
}

export function DrawerTag({ cashMinor }: { readonly cashMinor: number }) {
  const t = useText();
  const format = useShopFormat();
  return (
    <StatusTag tone="plain" icon={IconCoins}>
      {t('cashier:shift.drawer', { amount: format.sum(cashMinor) })}
    </StatusTag>
  );
}

const STATES: Readonly<Record<RegisterView['shift']['state'], readonly [Tone, Icon]>> = {
  open: ['good', IconClock],
  closed: ['plain', IconClockOff],
  expired: ['bad', IconClockExclamation],
  unknown: ['plain', IconClockOff],
};

/** The state alone, where the number and the hours stand beside it. */
export function StateTag({ state }: { readonly state: RegisterView['shift']['state'] }) {
  const t = useText();
  const [tone, icon] = STATES[state];
  return (
    <StatusTag tone={tone} icon={icon}>
      {t(`desk:shift.state.${state}`)}
    </StatusTag>
  );
}
