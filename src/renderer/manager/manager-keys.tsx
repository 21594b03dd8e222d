import { useText } from '../app/i18n/i18n.ts';
import { KeysDialog } from '../ui/keys-dialog.tsx';
import { MANAGER_KEYS } from './keys.ts';

export function ManagerKeys({ onClose }: { readonly onClose: () => void }) {
  const t = useText();
  const groups = MANAGER_KEYS.map(([group, keys]) => ({
    title: t(`manager:keys.group.${group}`),
    keys: keys.map(([name, shown]) => ({ shown, does: t(`manager:keys.${name}`) })),
  }));
  return <KeysDialog title={t('manager:keys.title')} groups={groups} onClose={onClose} />;
}
