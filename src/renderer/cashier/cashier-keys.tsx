import { useText } from '../app/i18n/i18n.ts';
import { KeysDialog } from '../ui/keys-dialog.tsx';
import { CASHIER_KEYS } from './keys.ts';

export function CashierKeys({ onClose }: { readonly onClose: () => void }) {
  const t = useText();
  const groups = CASHIER_KEYS.map(([group, keys]) => ({
    title: t(`cashier:keys.group.${group}`),
    keys: keys.map(([name, shown]) => ({ shown, does: t(`cashier:keys.${name}`) })),
  }));
  return <KeysDialog title={t('cashier:keys.title')} groups={groups} isWide onClose={onClose} />;
}
