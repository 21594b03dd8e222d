import { UnstyledButton } from '@mantine/core';
import { CHANGE_KINDS, type HqChangeKind } from '#shared/hq/catalogue.api.ts';
import { useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import type { Counts } from './import.rules.ts';
import classes from './import-counts.module.css';

/** How many of each kind; a press shows only those. */
export function ImportCounts({
  counts,
  chosen,
  onChoose,
}: {
  readonly counts: Counts;
  readonly chosen: HqChangeKind | undefined;
  readonly onChoose: (kind: HqChangeKind | undefined) => void;
}) {
  const t = useText();
  const format = useFormat();
  return (
    <div className={classes.counts}>
      {CHANGE_KINDS.map((kind) => (
        <UnstyledButton
          key={kind}
          className={classes.count}
          disabled={counts[kind] === 0}
          aria-pressed={chosen === kind}
          onClick={() => onChoose(chosen === kind ? undefined : kind)}
        >
          <strong>{format.number(counts[kind])}</strong>
          <span>{t(`goods:kind.${kind}`)}</span>
        </UnstyledButton>
      ))}
      <div className={classes.count} data-plain>
        <strong>{format.number(counts.unchanged)}</strong>
        <span>{t('goods:kind.unchanged')}</span>
      </div>
    </div>
  );
}
