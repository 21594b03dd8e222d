/** How much of the chosen asset is to be sold: a quantity, a sum in dollars, or everything. It only asks for a price. */
import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { IconCalculator, IconDeviceMobile, IconPlugConnectedX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { minorToDecimal } from '#shared/kernel/money.ts';
import { PRICE_SOURCES, type PriceSource, type SaleWish, type SellOverview } from '#shared/rpc/exchange.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useDeviceClient } from '../../app/rpc.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useAmounts } from './amounts.ts';
import { readAmount, WAYS, type Way } from './exchange.rules.ts';
import { type Suggestion, useSaleStore } from './sale.store.ts';
import classes from './sell-form.module.css';

/** As the server takes it to be where nobody chose. */
const DEFAULT_SOURCE: PriceSource = 'coingecko';

export function SellForm({
  asset,
  suggestion,
  isOffline,
  newId,
}: {
  readonly asset: SellOverview['holdings'][number];
  readonly suggestion: Suggestion | undefined;
  readonly isOffline: boolean;
  readonly newId: () => string;
}) {
  const t = useText();
  const client = useDeviceClient();
  const amounts = useAmounts();
  const { sale, begin } = useSaleStore();
  const [filled] = useState(() => fillIn(suggestion, asset.assetId));
  const [by, setBy] = useState<Way>(filled.by);
  const [text, setText] = useState(filled.text);
  const [source, setSource] = useState<PriceSource>(suggestion?.source ?? DEFAULT_SOURCE);
  const preview = useMutation({
    mutationFn: async (wish: SaleWish) => ({ wish, preview: await client.exchange.preview(wish) }),
    onSuccess: (made) => begin({ ...made, key: newId(), commandId: suggestion?.commandId, phase: { is: 'asked' } }),
  });
  const read = readAmount(by, text, asset.maxQuantity);
  const amount = read && 'amount' in read ? read.amount : undefined;
  const isReady = amount !== undefined && !isOffline && sale === undefined;
  const held = { quantity: amounts.quantity(asset.maxQuantity), symbol: asset.symbol };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady || preview.isPending) return;
    preview.mutate({ assetId: asset.assetId, amount, source });
  };
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <h2 className={classes.title}>{t('exchange:sell.title', { name: asset.name })}</h2>
      {suggestion === undefined ? null : (
        <Notice tone="info" icon={IconDeviceMobile}>
          {t('exchange:sell.suggested')}
        </Notice>
      )}
      <SegmentedControl
        fullWidth
        size="md"
        value={by}
        onChange={(value) => {
          setBy(WAYS.find((one) => one === value) ?? 'quantity');
          setText('');
          preview.reset();
        }}
        data={WAYS.map((value) => ({ value, label: t(`exchange:sell.by.${value}`) }))}
        aria-label={t('exchange:sell.how')}
      />
      {by === 'all' ? (
        <p className={classes.all}>{t('exchange:sell.all', held)}</p>
      ) : (
        <TextInput
          classNames={{ input: classes.amount ?? '' }}
          size="lg"
          label={t(`exchange:sell.amount.${by}`, { symbol: asset.symbol })}
          description={
            by === 'quantity'
              ? t('exchange:sell.max', held)
              : t('exchange:sell.worth', { amount: amounts.dollars(asset.valueMinor) })
          }
          inputMode="decimal"
          autoComplete="off"
          value={text}
          error={read && 'fault' in read ? t(`exchange:sell.fault.${read.fault}`, held) : undefined}
          onChange={(event) => {
            setText(event.currentTarget.value);
            preview.reset();
          }}
        />
      )}
      <div className={classes.source}>
        <span aria-hidden>{t('exchange:fact.source')}</span>
        <SegmentedControl
          value={source}
          onChange={(value) => {
            setSource(PRICE_SOURCES.find((one) => one === value) ?? DEFAULT_SOURCE);
            preview.reset();
          }}
          data={PRICE_SOURCES.map((value) => ({ value, label: t(`exchange:source.${value}`) }))}
          aria-label={t('exchange:fact.source')}
        />
      </div>
      {preview.error ? <ErrorLine error={preview.error} /> : null}
      {isOffline ? (
        <Notice tone="warn" icon={IconPlugConnectedX}>
          {t('exchange:sell.offline')}
        </Notice>
      ) : null}
      <Button
        type="submit"
        size="lg"
        loading={preview.isPending}
        disabled={!isReady}
        leftSection={<IconCalculator size={22} aria-hidden />}
      >
        {t('exchange:sell.preview')}
      </Button>
      <p className={classes.note}>{t('exchange:sell.note')}</p>
    </form>
  );
}

/** How much the phone suggests; of another asset it says nothing. */
function fillIn(suggestion: Suggestion | undefined, assetId: string): { readonly by: Way; readonly text: string } {
  const { quantity, amountMinor } = suggestion?.assetId === assetId ? suggestion : {};
  if (quantity !== undefined) return { by: 'quantity', text: quantity };
  return amountMinor === undefined ? { by: 'quantity', text: '' } : { by: 'usd', text: minorToDecimal(amountMinor) };
}
