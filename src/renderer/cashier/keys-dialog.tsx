import { Modal } from '@mantine/core';
import { useText } from '../app/i18n/i18n.ts';
import { KeyHint } from '../ui/key-hint.tsx';
import { CASHIER_KEYS } from './keys.ts';
import classes from './keys-dialog.module.css';

export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText();
  return (
    <Modal
      opened
      onClose={onClose}
      size={1080}
      title={t('cashier:keys.title')}
      closeButtonProps={{ 'aria-label': t('cashier:close') }}
    >
      <div className={classes.groups}>
        {CASHIER_KEYS.map(([group, keys]) => (
          <section key={group}>
            <h2 className={classes.title}>{t(`cashier:keys.group.${group}`)}</h2>
            <dl className={classes.list}>
              {keys.map(([name, shown]) => (
                <div key={name} className={classes.row}>
                  <dt>{shown === '' ? null : shown.split(' ').map((key) => <KeyHint key={key} keys={key} />)}</dt>
                  <dd>{t(`cashier:keys.${name}`)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
