import type { ThicknessSummary } from '#shared/diagnostics/thickness.rules.ts';

export type Overall = 'good' | 'doubt' | 'bad' | 'empty';

/** One word for a whole body: the worst of its zones. Thin is a doubt too: something was polished away. */
export function overall({ measured, counts }: ThicknessSummary): Overall {
  if (measured === 0) return 'empty';
  if (counts.filler > 0) return 'bad';
  return counts.repainted > 0 || counts.thin > 0 ? 'doubt' : 'good';
}
