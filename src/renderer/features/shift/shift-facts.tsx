/** What a cashier must know of the register before the shift surprises them. */
import type { ReactNode } from 'react';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import type { Format } from '../../app/format.ts';
import { type Text, useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import type { Tone } from '../../ui/status-tag.tsx';
import { lookOf, paperOf, skewOf } from './shift.rules.ts';
import classes from './shift-facts.module.css';

export function ShiftFacts({ register }: { readonly register: RegisterView }) {
  const t = useText();
  const format = useShopFormat();
  const paper = paperOf(register);
  const skew = skewOf(register.clockSkewMs);
  return (
    <dl className={classes.facts}>
      <Fact name={t('desk:shift.left')} {...leftOf(t, register)} />
      <Fact name={t('desk:shift.cash')}>{format.money(register.cashMinor)}</Fact>
      <Fact
        name={t('desk:shift.unsent')}
        tone={register.unsentDocuments > 0 ? 'warn' : 'plain'}
        {...(register.unsentDocuments > 0 ? { note: unsentNote(t, format, register.unsentSince) } : {})}
      >
        {format.number(register.unsentDocuments)}
      </Fact>
      <Fact name={t('desk:shift.paper')} tone={paper === 'out' ? 'bad' : paper === 'ending' ? 'warn' : 'plain'}>
        {t(`desk:shift.paper_state.${paper}`)}
      </Fact>
      <Fact name={t('desk:shift.clock')} tone={skew.isFar ? 'warn' : 'plain'}>
        {skew.kind === 'unknown'
          ? t('desk:shift.clock_state.unknown')
          : skew.kind === 'right'
            ? t('desk:shift.clock_state.right')
            : t(`desk:shift.clock_state.${skew.kind}.${skew.unit}`, { count: skew.count })}
      </Fact>
    </dl>
  );
}

const unsentNote = (t: Text, format: Format, since: number | undefined): string =>
  since === undefined
    ? t('desk:shift.unsent_note')
    : t('desk:shift.unsent_since', { time: `${format.dayMonth(since)} ${format.time(since)}` });

function leftOf(
  t: Text,
  { shift }: RegisterView,
): { readonly tone: Tone; readonly children: string; readonly note?: string } {
  const look = lookOf(shift);
  if (look.kind !== 'open') {
    return {
      tone: look.kind === 'expired' ? 'bad' : 'plain',
      children: t(`desk:shift.left_state.${look.kind}`),
      ...(look.kind === 'expired' ? { note: t('desk:shift.expired_note') } : {}),
    };
  }
  if (shift.leftMs === undefined) return { tone: 'plain', children: t('desk:shift.left_state.unknown') };
  return {
    tone: look.isEnding ? 'warn' : 'plain',
    children: t('cashier:shift.hours_left', { hours: look.hours, minutes: look.minutes }),
    ...(look.isEnding ? { note: t('desk:shift.ending_note') } : {}),
  };
}

function Fact({
  name,
  tone = 'plain',
  note,
  children,
}: {
  readonly name: string;
  readonly tone?: Tone;
  readonly note?: string;
  readonly children: ReactNode;
}) {
  return (
    <div className={classes.fact} data-tone={tone}>
      <dt>{name}</dt>
      <dd>{children}</dd>
      {note === undefined ? null : <dd className={classes.note}>{note}</dd>}
    </div>
  );
}
