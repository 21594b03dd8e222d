/** What the client will pay, line by line, while the list is being made. */
import { Select } from '@mantine/core';
import { extraFeeOf, quoteOf } from '#shared/clients/tariff.rules.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { type ApplianceView, type TariffView, useManagerFormat } from '../../app/manager.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import classes from './wizard.module.css';

export function TariffSide({
  tariffs,
  chosen,
  appliances,
  error,
  onChoose,
}: {
  readonly tariffs: readonly TariffView[];
  readonly chosen: TariffView | undefined;
  readonly appliances: readonly ApplianceView[];
  readonly error: unknown;
  readonly onChoose: (id: string) => void;
}) {
  const t = useText();
  const format = useManagerFormat();
  return (
    <>
      <h3 className={classes.sideTitle}>
        {chosen === undefined ? t('wizard:tariff.title') : t('wizard:tariff.named', { name: chosen.name })}
      </h3>
      {tariffs.length > 1 || (chosen === undefined && tariffs.length === 1) ? (
        <Select
          label={t('wizard:tariff.choose')}
          data={tariffs.map(({ id, name }) => ({ value: id, label: name }))}
          value={chosen?.id ?? null}
          allowDeselect={false}
          onChange={(id) => id !== null && onChoose(id)}
        />
      ) : null}
      {error === null || error === undefined ? null : <ErrorLine error={error} />}
      {chosen === undefined ? (
        <p className={classes.note}>{t(tariffs.length === 0 ? 'wizard:tariff.none' : 'wizard:tariff.not_chosen')}</p>
      ) : (
        <>
          <p className={classes.note}>
            {chosen.effectiveFrom === undefined
              ? t('wizard:tariff.fixed')
              : t('wizard:tariff.version', { date: format.date(chosen.effectiveFrom) })}
          </p>
          <ul className={classes.fees}>
            {chosen.baseFeeMinor === 0 ? null : (
              <li>
                <span>{t('wizard:tariff.base')}</span>
                <span>{format.sum(chosen.baseFeeMinor)}</span>
              </li>
            )}
            {appliances.map((one) => (
              <li key={one.id}>
                <bdi>{one.title}</bdi>
                <span>{format.sum(extraFeeOf(one, chosen))}</span>
              </li>
            ))}
          </ul>
          <p className={classes.total}>
            <span>{t('wizard:tariff.total')}</span>
            <strong>{format.money(totalOf(chosen, appliances))}</strong>
          </p>
        </>
      )}
    </>
  );
}

function totalOf(tariff: TariffView, appliances: readonly ApplianceView[]): number {
  const { baseFeeMinor, totalExtraFeeMinor } = quoteOf(tariff, appliances);
  return baseFeeMinor + totalExtraFeeMinor;
}
