/** What the owner of the desk has, and how it did. */
import type { ExchangeDashboard } from '#shared/rpc/exchange.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useAmounts } from './amounts.ts';
import { Change, Gain } from './gain.tsx';
import classes from './portfolio.module.css';
import { WorthChart } from './worth-chart.tsx';

export function Portfolio({ dashboard }: { readonly dashboard: ExchangeDashboard }) {
  const t = useText();
  const amounts = useAmounts();
  return (
    <section className={classes.portfolio} aria-label={t('exchange:portfolio.title')}>
      <div>
        <h2 className={classes.label}>{t('exchange:portfolio.balance')}</h2>
        <p className={classes.balance}>
          <bdi>{amounts.dollars(dashboard.balanceMinor)}</bdi>
        </p>
        <dl className={classes.facts}>
          <div>
            <dt>{t('exchange:portfolio.pnl')}</dt>
            <dd>
              <Gain minor={dashboard.pnlMinor} pct={dashboard.pnlPct} />
            </dd>
          </div>
          <div>
            <dt>{t('exchange:portfolio.day')}</dt>
            <dd>
              <Change pct={dashboard.changePct} />
            </dd>
          </div>
          <div>
            <dt>{t('exchange:portfolio.cash')}</dt>
            <dd>
              <bdi>{amounts.dollars(dashboard.cashMinor)}</bdi>
            </dd>
          </div>
        </dl>
      </div>
      <WorthChart chart={dashboard.chart} />
    </section>
  );
}
