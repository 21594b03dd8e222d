/** Receipts put aside at this till: who put them there and when, to be taken back or deleted. */
import { ActionIcon, Modal, UnstyledButton } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import { totals } from './cart.rules.ts';
import { type HeldCart, useCart } from './cart.store.ts';
import classes from './held-dialog.module.css';

export function HeldDialog({
  isAsking,
  onTake,
  onDrop,
  onClose,
}: {
  /** A supervisor is being asked about one of them: Escape is not ours. */
  readonly isAsking: boolean;
  readonly onTake: (id: string) => void;
  readonly onDrop: (held: HeldCart) => void;
  readonly onClose: () => void;
}) {
  const t = useText();
  const held = useCart((state) => state.held);
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnEscape={!isAsking}
      size={560}
      title={t('cashier:held.title')}
      closeButtonProps={{ 'aria-label': t('cashier:close') }}
    >
      {held.length === 0 ? <p className={classes.none}>{t('cashier:held.none')}</p> : null}
      <ul className={classes.list}>
        {held.map((one, index) => (
          <li key={one.id} className={classes.row}>
            <UnstyledButton
              className={classes.take}
              onClick={() => onTake(one.id)}
              data-autofocus={index === 0 || undefined}
            >
              <Words held={one} />
            </UnstyledButton>
            <ActionIcon
              variant="subtle"
              color="red"
              onClick={() => onDrop(one)}
              aria-label={t('cashier:held.drop', { sum: totals(one).totalMinor / 100 })}
            >
              <IconTrash size={20} aria-hidden />
            </ActionIcon>
          </li>
        ))}
      </ul>
    </Modal>
  );
}

function Words({ held }: { readonly held: HeldCart }) {
  const t = useText();
  const format = useShopFormat();
  const [first] = held.lines;
  return (
    <>
      <span className={classes.words}>
        <span className={classes.name}>
          <bdi>{first?.item.name}</bdi>
          {held.lines.length > 1 ? ` • ${t('cashier:sales.more', { count: held.lines.length - 1 })}` : null}
        </span>
        <span className={classes.who}>
          {format.time(held.heldAt)}
          {held.heldBy === undefined ? null : (
            <>
              {' • '}
              <bdi>{held.heldBy}</bdi>
            </>
          )}
        </span>
      </span>
      <bdi className={classes.sum}>{format.money(totals(held).totalMinor)}</bdi>
    </>
  );
}
