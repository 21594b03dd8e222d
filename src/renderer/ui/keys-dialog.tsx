/** Every key of a page and what it does, by group. */
import { Modal } from '@mantine/core';
import { useText } from '../app/i18n/i18n.ts';
import { KeyHint } from './key-hint.tsx';
import classes from './keys-dialog.module.css';

export interface KeyGroup {
  readonly title: string;
  /** `shown`: keys as people name them, several parted by spaces; none where it is done without one. */
  readonly keys: readonly { readonly shown: string; readonly does: string }[];
}

export function KeysDialog({
  title,
  groups,
  isWide = false,
  onClose,
}: {
  readonly title: string;
  readonly groups: readonly KeyGroup[];
  /** The groups side by side. */
  readonly isWide?: boolean;
  readonly onClose: () => void;
}) {
  const t = useText();
  return (
    <Modal
      opened
      onClose={onClose}
      size={isWide ? 1080 : 560}
      title={title}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <div className={classes.groups} data-wide={isWide || undefined}>
        {groups.map((group) => (
          <section key={group.title}>
            <h2 className={classes.title}>{group.title}</h2>
            <dl className={classes.list}>
              {group.keys.map(({ shown, does }) => (
                <div key={does} className={classes.row}>
                  <dt>{shown === '' ? null : shown.split(' ').map((key) => <KeyHint key={key} keys={key} />)}</dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
