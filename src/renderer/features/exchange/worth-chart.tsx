/** What is held over the last day. The picture is for eyes; its ends are in words for everybody. */
import type { ExchangeDashboard } from '#shared/rpc/exchange.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import { useAmounts } from './amounts.ts';
import { linePaths } from './exchange.rules.ts';
import classes from './worth-chart.module.css';

const SIZE = { width: 480, height: 92, pad: 6 } as const;

export function WorthChart({ chart }: Pick<ExchangeDashboard, 'chart'>) {
  const t = useText();
  const amounts = useAmounts();
  const format = useShopFormat();
  const values = chart.map(({ valueMinor }) => valueMinor);
  const paths = linePaths(values, SIZE);
  const [first] = chart;
  const last = chart.at(-1);
  if (paths === undefined || first === undefined || last === undefined) return null;
  const words = t('exchange:chart.words', {
    least: amounts.dollars(Math.min(...values)),
    most: amounts.dollars(Math.max(...values)),
    now: amounts.dollars(last.valueMinor),
  });
  return (
    <figure className={classes.chart}>
      <svg viewBox={`0 0 ${SIZE.width} ${SIZE.height}`} preserveAspectRatio="none" className={classes.svg} aria-hidden>
        <path d={paths.area} className={classes.area} />
        <path d={paths.line} className={classes.line} vectorEffect="non-scaling-stroke" />
      </svg>
      <figcaption className="visually-hidden">{words}</figcaption>
      <p className={classes.axis} aria-hidden>
        <span>{format.time(first.at)}</span>
        <span>{t('exchange:chart.title')}</span>
        <span>{format.time(last.at)}</span>
      </p>
    </figure>
  );
}
