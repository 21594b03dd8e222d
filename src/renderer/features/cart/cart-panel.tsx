/** The middle column: the receipt being built. One line is selected; the keys act on it. */
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconBarcode, IconPlayerPause, IconTrashX } from '@tabler/icons-react';
import { memo, useEffect, useRef } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { KeyHint } from '../../ui/key-hint.tsx';
import type { Draft } from './cart.rules.ts';
import { useCart } from './cart.store.ts';
import { LineRow, LineTools } from './cart-line.tsx';
import classes from './cart-panel.module.css';
import { CartTotals } from './cart-totals.tsx';
import type { CartEdits } from './use-cart-edits.ts';

export type Edit = 'quantity' | 'discount' | 'receipt_discount';

export function CartPanel({
  locked,
  edits,
  isOverLimit,
  onEdit,
  onHold,
  onHeld,
}: {
  /** A sale of these lines is being made: nothing may change. */
  readonly locked: boolean;
  readonly edits: CartEdits;
  /** The discounts of a receipt are more than whoever works here gives alone. */
  readonly isOverLimit: (draft: Draft) => boolean;
  readonly onEdit: (what: Edit) => void;
  readonly onHold: () => void;
  /** Shows the receipts put aside. */
  readonly onHeld: () => void;
}) {
  const t = useText();
  const { lines, discount, selectedId, removed, held, select } = useCart();
  const list = useRef<HTMLUListElement>(null);
  const isFixed = locked || lines.length === 0;
  const selected = lines.findIndex((line) => line.item.id === selectedId);
  // One set for all lines, moved under the selected one: made anew it would take longer than the line itself.
  const tools = (
    <li key="tools" className={classes.toolsRow} data-tools>
      <LineTools quantityMilli={lines[selected]?.quantityMilli ?? 0} edits={edits} onEdit={onEdit} />
    </li>
  );
  useEffect(() => {
    for (const part of ['[aria-current="true"]', '[data-tools]']) {
      list.current?.querySelector(part)?.scrollIntoView({ block: 'nearest' });
    }
  }, [selectedId, lines.length]);
  return (
    <section className={classes.panel} aria-label={t('cashier:cart.title')}>
      <header className={classes.head}>
        <h2>{t('cashier:cart.title')}</h2>
        <span className={classes.count}>{t('cashier:cart.count', { count: lines.length })}</span>
        {held.length > 0 ? (
          <Button variant="light" className={classes.quiet ?? ''} disabled={locked} onClick={onHeld}>
            {t('cashier:cart.held', { count: held.length })}
          </Button>
        ) : null}
        {/* Disabled as a set: the buttons themselves need not be drawn again. */}
        <fieldset className={classes.buttons} disabled={isFixed}>
          <HeadButtons onClear={edits.clearAll} onHold={onHold} />
        </fieldset>
      </header>
      {lines.length === 0 ? (
        <div className={classes.empty}>
          <EmptyState icon={IconBarcode} title={t('cashier:cart.empty')} text={t('cashier:cart.empty_text')} />
        </div>
      ) : null}
      <ul ref={list} className={classes.lines} hidden={lines.length === 0} inert={locked}>
        {lines
          .map((line) => (
            <li key={line.item.id} aria-current={line.item.id === selectedId}>
              <LineRow line={line} isSelected={line.item.id === selectedId} onSelect={select} />
            </li>
          ))
          .toSpliced(selected + 1, 0, tools)}
      </ul>
      {removed ? <Undo name={removed.line.item.name} onUndo={edits.undo} /> : null}
      <CartTotals
        draft={{ lines, discount }}
        needsApproval={isOverLimit({ lines, discount })}
        onDiscount={isFixed ? undefined : () => onEdit('receipt_discount')}
      />
    </section>
  );
}

/** The same for every line of a receipt. */
const HeadButtons = memo(function HeadButtons({
  onClear,
  onHold,
}: {
  readonly onClear: () => void;
  readonly onHold: () => void;
}) {
  const t = useText();
  return (
    <>
      <Tooltip label={t('cashier:cart.clear_key')}>
        <ActionIcon
          variant="subtle"
          color="gray"
          onClick={onClear}
          aria-label={t('cashier:cart.clear')}
          className={classes.quiet ?? ''}
        >
          <IconTrashX size={20} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Button
        variant="subtle"
        color="gray"
        leftSection={<IconPlayerPause size={20} aria-hidden />}
        rightSection={<KeyHint keys="F4" />}
        onClick={onHold}
        className={classes.quiet ?? ''}
      >
        {t('cashier:cart.hold')}
      </Button>
    </>
  );
});

/** A slip of the finger is taken back in one press; after a while the line is gone for good. */
const UNDO_MS = 8000;

function Undo({ name, onUndo }: { readonly name: string; readonly onUndo: () => void }) {
  const t = useText();
  const forgetRemoved = useCart((state) => state.forgetRemoved);
  useEffect(() => {
    const timer = setTimeout(forgetRemoved, UNDO_MS);
    return () => clearTimeout(timer);
  }, [name, forgetRemoved]);
  return (
    <output className={classes.undo}>
      <span className={classes.undoName}>{t('cashier:cart.removed', { name })}</span>
      <Button
        variant="subtle"
        color="gray"
        leftSection={<IconArrowBackUp size={20} aria-hidden />}
        rightSection={<KeyHint keys="Ctrl+Z" />}
        onClick={onUndo}
        className={classes.undoButton ?? ''}
      >
        {t('cashier:cart.undo')}
      </Button>
    </output>
  );
}
