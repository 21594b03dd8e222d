import type { CarReading } from '#shared/diagnostics/diagnostics.schema.ts';
import { useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import classes from './car-facts.module.css';

/** What else the car told: its number, its lamp, its checks, its voltage. */
export function CarFacts({ reading }: { readonly reading: CarReading }) {
  const t = useText();
  const format = useFormat();
  const { vin, lampOn, ready, notReady, voltageMilli } = reading;
  const checks = ready.length + notReady.length;
  return (
    <dl className={classes.facts}>
      {vin === undefined ? null : (
        <div className={classes.wide}>
          <dt>{t('checks:facts.vin')}</dt>
          <dd>
            <bdi>{vin}</bdi>
          </dd>
        </div>
      )}
      {lampOn === undefined ? null : (
        <div>
          <dt>{t('checks:facts.lamp')}</dt>
          <dd>{t(lampOn ? 'checks:facts.lamp_on' : 'checks:facts.lamp_off')}</dd>
        </div>
      )}
      {checks === 0 ? null : (
        <div>
          <dt>{t('checks:facts.checks')}</dt>
          <dd>{t('checks:facts.checks_of', { done: ready.length, all: checks })}</dd>
        </div>
      )}
      {voltageMilli === undefined ? null : (
        <div>
          <dt>{t('checks:facts.voltage')}</dt>
          <dd>
            <bdi>{t('checks:facts.volts', { volts: format.number(Math.round(voltageMilli / 100) / 10) })}</bdi>
          </dd>
        </div>
      )}
    </dl>
  );
}
