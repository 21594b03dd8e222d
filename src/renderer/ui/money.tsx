import type { Currency } from '#shared/kernel/money.ts';
import { useFormat } from '../app/format.ts';

/** A sum as its locale writes it, isolated from the direction of the text around it. */
export function Money({
  minor,
  short = false,
  currency = 'RUB',
  className,
}: {
  readonly minor: number;
  /** Whole sums without kopecks. */
  readonly short?: boolean;
  readonly currency?: Currency;
  readonly className?: string;
}) {
  const format = useFormat();
  return <bdi className={className}>{format.money(minor, { short, currency })}</bdi>;
}
