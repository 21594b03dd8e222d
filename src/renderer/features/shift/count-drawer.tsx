/**
 * The drawer counted blind: nothing here or above says what it should hold. Digits type, Enter and arrows walk, the sum
 * follows.
 */
import { Button } from '@mantine/core';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { DenominationCount } from '#shared/fiscal/shift.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { KeyHint } from '../../ui/key-hint.tsx';
import {
  type Counts,
  cleanPieces,
  countedMinor,
  DENOMINATIONS,
  NOTES_FROM_MINOR,
  toDenominations,
} from './count.rules.ts';
import classes from './count-drawer.module.css';

const COLUMNS = [
  ['notes', DENOMINATIONS.filter((value) => value >= NOTES_FROM_MINOR)],
  ['coins', DENOMINATIONS.filter((value) => value < NOTES_FROM_MINOR)],
] as const;
const LAST = DENOMINATIONS.length - 1;

export function CountDrawer({
  title,
  text,
  isPending,
  error,
  onDone,
  onBack,
}: {
  readonly title: string;
  readonly text: string;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onDone: (denominations: DenominationCount[]) => void;
  readonly onBack: () => void;
}) {
  const t = useText();
  const format = useShopFormat();
  const [counts, setCounts] = useState<Counts>({});
  const fields = useRef(new Map<number, HTMLInputElement>());
  const done = useRef<HTMLButtonElement>(null);
  const focusAt = (at: number) => {
    if (at > LAST) done.current?.focus();
    else fields.current.get(DENOMINATIONS[Math.max(0, at)] ?? 0)?.focus();
  };
  useEffect(() => focusAt(0), []);
  const walk = (event: KeyboardEvent, value: (typeof DENOMINATIONS)[number]) => {
    const at = DENOMINATIONS.indexOf(value);
    const by = event.key === 'ArrowDown' || event.key === 'Enter' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    focusAt(at + by);
  };
  const total = countedMinor(counts);
  return (
    <section className={classes.count} aria-labelledby="count-title">
      <div className={classes.words}>
        <h2 id="count-title" className={classes.title}>
          {title}
        </h2>
        <p className={classes.text}>{text}</p>
      </div>
      <div className={classes.columns}>
        {COLUMNS.map(([kind, values]) => (
          <fieldset key={kind} className={classes.column}>
            <legend className={classes.legend}>{t(`desk:count.${kind}`)}</legend>
            {values.map((value) => {
              const pieces = counts[value] ?? '';
              return (
                <div key={value} className={classes.row} data-counted={Number(pieces) > 0 || undefined}>
                  <span className={classes.value} id={`of-${value}`}>
                    {format.money(value, { short: true })}
                  </span>
                  <input
                    ref={(field) => {
                      if (field) fields.current.set(value, field);
                      else fields.current.delete(value);
                    }}
                    className={classes.pieces}
                    aria-label={t('desk:count.pieces', { value: format.money(value, { short: true }) })}
                    inputMode="numeric"
                    autoComplete="off"
                    value={pieces}
                    disabled={isPending}
                    onChange={(event) => setCounts({ ...counts, [value]: cleanPieces(event.currentTarget.value) })}
                    onFocus={(event) => event.currentTarget.select()}
                    onKeyDown={(event) => walk(event, value)}
                  />
                  <span className={classes.sum}>{Number(pieces) > 0 ? format.sum(value * Number(pieces)) : ''}</span>
                </div>
              );
            })}
          </fieldset>
        ))}
        <aside className={classes.side}>
          <p className={classes.caption}>{t('desk:count.total')}</p>
          <output className={classes.total}>{format.money(total)}</output>
          {error ? <ErrorLine error={error} /> : null}
          <Button
            ref={done}
            size="lg"
            fullWidth
            loading={isPending}
            rightSection={<KeyHint keys={t('cashier:key.enter')} />}
            onClick={() => onDone(toDenominations(counts))}
          >
            {t('desk:count.done')}
          </Button>
          <Button variant="default" fullWidth onClick={onBack} disabled={isPending}>
            {t('desk:count.back')}
          </Button>
          <p className={classes.hint}>{t('desk:count.hint')}</p>
        </aside>
      </div>
    </section>
  );
}
