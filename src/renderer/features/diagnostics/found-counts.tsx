import type { ScanView } from '#shared/rpc/diagnostics.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { URGENCY } from './findings.tsx';
import classes from './found-counts.module.css';

/** How many of each urgency, and nothing else: what an unpaid visit may see. */
export function FoundCounts({ found }: { readonly found: ScanView['found'] }) {
  const t = useText();
  return (
    <ul className={classes.counts}>
      {([1, 2, 3] as const).map((urgency) => {
        const { name, icon: Icon } = URGENCY[urgency];
        return (
          <li key={name} className={classes.count} data-urgency={name}>
            <Icon aria-hidden stroke={1.75} />
            <span className={classes.name}>{t(`checks:found.urgency.${name}`)}</span>
            <bdi className={classes.number}>{found[name]}</bdi>
          </li>
        );
      })}
    </ul>
  );
}
