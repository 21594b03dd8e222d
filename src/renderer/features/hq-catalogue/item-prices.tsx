/** Prices of an item by their moments: what is to come, a new one, and what was decided before. */
import { Button, TextInput } from '@mantine/core';
import { IconCalendarPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { cleanCell, readPrice } from '#shared/catalogue/csv-cells.rules.ts';
import type { HqItem } from '#shared/hq/catalogue.api.ts';
import { toFault } from '../../app/error-text.ts';
import { useFormat } from '../../app/format.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Money } from '../../ui/money.tsx';
import { pricesQuery, useCancelPrice, usePlanPrice } from './catalogue.queries.ts';
import dialogs from './dialogs.module.css';
import classes from './item-prices.module.css';
import { nextMidnight, readMoment } from './moment.rules.ts';
import { MomentFields } from './moment-fields.tsx';

interface Of {
  readonly of: HqItem;
  readonly timeZone: string;
  /** The item after an act: the next one is made on it. */
  readonly onChanged: (item: HqItem) => void;
}

export function ItemPrices(props: Of) {
  const t = useText();
  return (
    <section className={classes.prices} aria-label={t('goods:prices.title')}>
      <h3 className={classes.title}>{t('goods:prices.title')}</h3>
      <p className={dialogs.text}>{t('goods:prices.hint')}</p>
      <Coming {...props} />
      <Plan {...props} />
      <History {...props} />
    </section>
  );
}

function Coming({ of, timeZone, onChanged }: Of) {
  const t = useText();
  const format = useFormat(timeZone);
  const cancel = useCancelPrice(of);
  const coming = of.item.coming ?? [];
  if (coming.length === 0) return null;
  return (
    <>
      <ul className={classes.list}>
        {coming.map(({ effectiveFrom, priceMinor }) => {
          const when = format.dateTime(effectiveFrom);
          return (
            <li key={effectiveFrom}>
              <span>{t('goods:prices.from', { when })}</span>
              <Money minor={priceMinor} />
              <Button
                variant="subtle"
                color="gray"
                aria-label={t('goods:prices.cancel_of', { when })}
                loading={cancel.isPending && cancel.variables === effectiveFrom}
                onClick={() => cancel.mutate(effectiveFrom, { onSuccess: onChanged })}
              >
                {t('goods:prices.cancel')}
              </Button>
            </li>
          );
        })}
      </ul>
      {cancel.isError ? <ErrorLine error={cancel.error} /> : null}
    </>
  );
}

function Plan({ of, timeZone, onChanged }: Of) {
  const t = useText();
  const plan = usePlanPrice(of);
  const [price, setPrice] = useState('');
  const [moment, setMoment] = useState(() => nextMidnight(Date.now(), timeZone));
  const [wrong, setWrong] = useState<'price' | 'moment'>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const priceMinor = readPrice(cleanCell(price));
    const effectiveFrom = readMoment(moment, timeZone);
    if (priceMinor === undefined) setWrong('price');
    else if (effectiveFrom === undefined) setWrong('moment');
    else if (!plan.isPending) {
      plan.mutate(
        { priceMinor, effectiveFrom },
        {
          onSuccess: (item) => {
            setPrice('');
            onChanged(item);
          },
        },
      );
    }
  };
  const isRefused = plan.isError && toFault(plan.error).issues?.some(({ path }) => path === 'effectiveFrom') === true;
  return (
    <form className={dialogs.form} onSubmit={submit} noValidate>
      <div className={classes.plan}>
        <TextInput
          label={t('goods:prices.price')}
          value={price}
          inputMode="decimal"
          autoComplete="off"
          error={wrong === 'price' ? t('goods:item.price_wrong') : undefined}
          onChange={(event) => {
            setPrice(event.currentTarget.value);
            setWrong(undefined);
          }}
        />
        <MomentFields
          moment={moment}
          error={isRefused || wrong === 'moment' ? t('goods:prices.wrong') : undefined}
          onChange={(next) => {
            setMoment(next);
            setWrong(undefined);
            plan.reset();
          }}
        />
      </div>
      {plan.isError && !isRefused ? <ErrorLine error={plan.error} /> : null}
      <Button
        type="submit"
        variant="default"
        className={classes.submit ?? ''}
        leftSection={<IconCalendarPlus size={20} aria-hidden />}
        loading={plan.isPending}
      >
        {t('goods:prices.plan')}
      </Button>
    </form>
  );
}

function History({ of, timeZone }: Of) {
  const t = useText();
  const hq = useHq();
  const format = useFormat(timeZone);
  const prices = useQuery(pricesQuery(hq, of.item.id)).data?.prices ?? [];
  if (prices.length === 0) return null;
  return (
    <details className={classes.history}>
      <summary>{t('goods:prices.history', { count: prices.length })}</summary>
      <ul className={classes.list}>
        {prices.map(({ effectiveFrom, decidedAt, decidedBy, cancelledAt, priceMinor }) => (
          <li key={`${effectiveFrom} ${decidedAt}`} data-cancelled={cancelledAt === undefined ? undefined : true}>
            <span>
              {t('goods:prices.from', { when: format.dateTime(effectiveFrom) })}
              <small>
                {cancelledAt === undefined ? null : `${t('goods:prices.cancelled')} • `}
                <bdi>{decidedBy}</bdi>
              </small>
            </span>
            <Money minor={priceMinor} />
          </li>
        ))}
      </ul>
    </details>
  );
}
