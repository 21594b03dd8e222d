import { Modal } from '@mantine/core';
import { useText } from '../app/i18n/i18n.ts';
import { KeyHint } from '../ui/key-hint.tsx';
import { MANAGER_KEYS } from './keys.ts';
import classes from './keys-dialog.module.css';

export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useText();
  return (
    <Modal
      opened
      onClose={onClose}
      size={560}
      title={t('manager:keys.title')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <div className={classes.groups}>
        {MANAGER_KEYS.map(([group, keys]) => (
          <section key={group}>
            <h2 className={classes.title}>{t(`manager:keys.group.${group}`)}</h2>
            <dl className={classes.list}>
              {keys.map(([name, shown]) => (
                <div key={name} className={classes.row}>
                  <dt>
                    {shown.split(' ').map((key) => (
                      <KeyHint key={key} keys={key} />
                    ))}
                  </dt>
                  <dd>{t(`manager:keys.${name}`)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
