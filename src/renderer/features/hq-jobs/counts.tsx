import type { CleanupCounts } from '#shared/hq/jobs.api.ts';
import { useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import classes from './jobs-list.module.css';

const KINDS = [
  'orders',
  'images',
  'codes',
  'errors',
  'letters',
  'passports',
] as const satisfies readonly (keyof CleanupCounts)[];

/** How many rows of each kind; kinds of which there are none are not named. */
export function Counts({ counts }: { readonly counts: CleanupCounts }) {
  const t = useText();
  const format = useFormat();
  const some = KINDS.filter((kind) => counts[kind] > 0);
  if (some.length === 0) return <span className={classes.nothing}>{t('console:jobs.nothing')}</span>;
  return (
    <span className={classes.counts}>
      {some.map((kind) => (
        <span key={kind}>{t(`console:jobs.count.${kind}`, { n: format.number(counts[kind]) })}</span>
      ))}
    </span>
  );
}
