/** What a fact disagrees with, in words. */
import type { Text } from '../app/i18n/i18n.ts';

const KNOWN = [
  'two_fiscal_documents',
  'payment_without_order',
  'print_without_order',
  'refund_without_sale',
  'refund_exceeds_sale',
  'refund_exceeds_payment',
  'visit_finished_unknown',
  'visit_finished_twice',
  'code_unknown',
  'code_used_twice',
  'fact_not_recorded',
  'unknown_mutation',
] as const;

export const anomalyText = (t: Text, kind: string): string => {
  const known = KNOWN.find((one) => one === kind);
  return known === undefined ? t('sync:anomaly_unknown', { kind }) : t(`sync:anomaly.${known}`);
};
