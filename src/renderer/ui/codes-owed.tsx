/** What was paid by hand at a kiosk and opened with codes: the partner's debt. */
import type { KioskBalance, CodesOwed as Owed } from '#shared/partner/partner.api.ts';
import { useFormat } from '../app/format.ts';
import { useText } from '../app/i18n/i18n.ts';
import { FactList } from './facts.tsx';

export function CodesOwed({ balance: { month, all, currency } }: { readonly balance: KioskBalance }) {
  const t = useText();
  const format = useFormat();
  const said = ({ codes, amountMinor }: Owed) =>
    t('partner:kiosk.owed', { count: codes, sum: format.money(amountMinor, { currency }) });
  return (
    <FactList
      facts={[
        [t('partner:kiosk.cash_month'), said(month)],
        [t('partner:kiosk.cash_all'), said(all)],
      ]}
    />
  );
}
