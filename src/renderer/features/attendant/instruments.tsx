/** The instruments with their addresses, and a button that says hello to each. */
import { Button } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { INSTRUMENTS, type Instrument } from '#shared/rpc/attendant.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import classes from './attendant.module.css';

export function Instruments({
  addresses,
}: {
  readonly addresses: { readonly [I in Instrument]?: string | undefined };
}) {
  const t = useText();
  return (
    <section className={classes.card} aria-labelledby="instruments">
      <h2 id="instruments" className={classes.heading}>
        {t('attendant:instruments')}
      </h2>
      {INSTRUMENTS.map((instrument) => (
        <InstrumentRow key={instrument} instrument={instrument} address={addresses[instrument]} />
      ))}
    </section>
  );
}

function InstrumentRow({
  instrument,
  address,
}: {
  readonly instrument: Instrument;
  readonly address: string | undefined;
}) {
  const t = useText();
  const api = useApi();
  const test = useMutation(api.attendant.test.mutationOptions());
  return (
    <div className={classes.row}>
      <span className={classes.name}>
        {t(`attendant:instrument.${instrument}`)}
        <bdi className={classes.address}>{address ?? t('attendant:not_set_up')}</bdi>
      </span>
      {test.isError ? <ErrorLine error={test.error} /> : null}
      {test.data === undefined ? null : test.data.kind === 'answers' ? (
        <StatusTag tone="good" icon={IconCircleCheck}>
          {t(instrument === 'printer' ? 'attendant:taken' : 'attendant:answers')} <bdi>{test.data.said}</bdi>
        </StatusTag>
      ) : (
        <StatusTag tone="bad" icon={IconCircleX}>
          {t(`attendant:fault.${test.data.fault}`)} <bdi>{test.data.said}</bdi>
        </StatusTag>
      )}
      <Button
        size="sm"
        variant="default"
        disabled={address === undefined}
        loading={test.isPending}
        onClick={() => test.mutate({ instrument })}
      >
        {t(instrument === 'printer' ? 'attendant:print_page' : 'attendant:try')}
      </Button>
    </div>
  );
}
