/** The middle column: the receipt being built. One line is selected; the keys act on it. */
import { ActionIcon, Button, Menu, UnstyledButton } from '@mantine/core';
import {
  IconArrowBackUp,
  IconBarcode,
  IconDiscount2,
  IconMinus,
  IconPlayerPause,
  IconPlus,
  IconTrash,
} from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useClock } from '../../app/clock.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { useShopFormat } from '../../app/shop.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { KeyHint } from '../../ui/key-hint.tsx';
import { discountMinor, type Line, totalMinor, totals, unitOf } from './cart.rules.ts';
import { type ParkedCart, useCart } from './cart.store.ts';
import classes from './cart-panel.module.css';

export type Edit = 'quantity' | 'discount';

export function CartPanel({
  locked,
  newId,
  onEdit,
}: {
  /** A sale of these lines is being made: nothing may change. */
  readonly locked: boolean;
  readonly newId: () => string;
  readonly onEdit: (what: Edit) => void;
}) {
  const t = useText();
  const now = useClock();
  const { lines, selectedId, removed, select, park } = useCart();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [selectedId, lines.length]);
  return (
    <section className={classes.panel} aria-label={t('cashier:cart.title')}>
      <header className={classes.head}>
        <h2>{t('cashier:cart.title')}</h2>
        <span className={classes.count}>{t('cashier:cart.count', { count: lines.length })}</span>
        <Parked newId={newId} disabled={locked} />
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconPlayerPause size={20} aria-hidden />}
          rightSection={<KeyHint keys="F4" />}
          disabled={locked || lines.length === 0}
          onClick={() => park(newId(), now())}
          className={classes.quiet ?? ''}
        >
          {t('cashier:cart.park')}
        </Button>
      </header>
      {lines.length === 0 ? (
        <div className={classes.empty}>
          <EmptyState icon={IconBarcode} title={t('cashier:cart.empty')} text={t('cashier:cart.empty_text')} />
        </div>
      ) : (
        <ul ref={list} className={classes.lines} inert={locked}>
          {lines.map((line) => (
            <li key={line.item.id} aria-current={line.item.id === selectedId}>
              <LineRow line={line} isSelected={line.item.id === selectedId} onSelect={() => select(line.item.id)} />
              {line.item.id === selectedId ? <LineTools line={line} onEdit={onEdit} /> : null}
            </li>
          ))}
        </ul>
      )}
      {removed ? <Undo name={removed.line.item.name} /> : null}
      <Totals lines={lines} />
    </section>
  );
}

function LineRow({
  line,
  isSelected,
  onSelect,
}: {
  readonly line: Line;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
}) {
  const t = useText();
  const format = useShopFormat();
  const off = discountMinor(line);
  return (
    <UnstyledButton className={classes.line} onClick={onSelect} aria-pressed={isSelected}>
      <span className={classes.words}>
        <bdi className={classes.name}>{line.item.name}</bdi>
        <span className={classes.detail}>
          {t(`cashier:unit.${unitOf(line.item)}`, { quantity: format.quantity(line.quantityMilli) })} ×{' '}
          {format.sum(line.item.priceMinor)}
          {off > 0 ? (
            <span className={classes.off}>
              {' • '}
              {line.discount?.kind === 'percent'
                ? t('cashier:cart.off_percent', { percent: format.number(line.discount.percent) })
                : t('cashier:cart.off_amount', { amount: format.sum(off) })}
            </span>
          ) : null}
        </span>
      </span>
      <bdi className={classes.sum}>{format.sum(totalMinor(line))}</bdi>
    </UnstyledButton>
  );
}

function LineTools({ line, onEdit }: { readonly line: Line; readonly onEdit: (what: Edit) => void }) {
  const t = useText();
  const format = useShopFormat();
  const { step, remove } = useCart();
  const { id } = line.item;
  return (
    <div className={classes.tools}>
      <div className={classes.stepper}>
        <ActionIcon
          onClick={() => step(id, -1)}
          disabled={line.quantityMilli <= 1000}
          aria-label={t('cashier:cart.less')}
        >
          <IconMinus size={20} aria-hidden />
        </ActionIcon>
        <UnstyledButton
          className={classes.quantity}
          onClick={() => onEdit('quantity')}
          aria-label={t('cashier:cart.quantity_of', { quantity: format.quantity(line.quantityMilli) })}
        >
          {format.quantity(line.quantityMilli)}
        </UnstyledButton>
        <ActionIcon onClick={() => step(id, 1)} aria-label={t('cashier:cart.more')}>
          <IconPlus size={20} aria-hidden />
        </ActionIcon>
      </div>
      <Button
        variant="subtle"
        color="gray"
        leftSection={<IconDiscount2 size={20} aria-hidden />}
        rightSection={<KeyHint keys="F8" />}
        onClick={() => onEdit('discount')}
        className={classes.quiet ?? ''}
      >
        {t('cashier:cart.discount')}
      </Button>
      <Button
        variant="subtle"
        color="red"
        leftSection={<IconTrash size={20} aria-hidden />}
        rightSection={<KeyHint keys="Del" />}
        onClick={() => remove(id)}
        className={classes.quiet ?? ''}
      >
        {t('cashier:cart.remove')}
      </Button>
    </div>
  );
}

/** A slip of the finger is taken back in one press; after a while the line is gone for good. */
const UNDO_MS = 8000;

function Undo({ name }: { readonly name: string }) {
  const t = useText();
  const { undoRemove, forgetRemoved } = useCart();
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
        onClick={undoRemove}
        className={classes.undoButton ?? ''}
      >
        {t('cashier:cart.undo')}
      </Button>
    </output>
  );
}

function Parked({ newId, disabled }: { readonly newId: () => string; readonly disabled: boolean }) {
  const t = useText();
  const parked = useCart((state) => state.parked);
  const unpark = useCart((state) => state.unpark);
  const now = useClock();
  if (parked.length === 0) return null;
  return (
    <Menu position="bottom-end" width={320} radius="md" shadow="md">
      <Menu.Target>
        <Button variant="light" className={classes.quiet ?? ''} disabled={disabled}>
          {t('cashier:cart.parked', { count: parked.length })}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('cashier:cart.parked_title')}</Menu.Label>
        {parked.map((one) => (
          <Menu.Item key={one.id} onClick={() => unpark(one.id, newId(), now())}>
            <ParkedRow cart={one} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function ParkedRow({ cart }: { readonly cart: ParkedCart }) {
  const t = useText();
  const format = useShopFormat();
  return (
    <span className={classes.parked}>
      <span>{format.time(cart.parkedAt)}</span>
      <span className={classes.detail}>{t('cashier:cart.count', { count: cart.lines.length })}</span>
      <bdi className={classes.sum}>{format.sum(totals(cart.lines).totalMinor)}</bdi>
    </span>
  );
}

function Totals({ lines }: { readonly lines: readonly Line[] }) {
  const t = useText();
  const format = useShopFormat();
  const { fullMinor, discountMinor: off, vat } = totals(lines);
  return (
    <dl className={classes.totals}>
      <div>
        <dt>{t('cashier:cart.full')}</dt>
        <dd>{format.sum(fullMinor)}</dd>
      </div>
      <div data-off={off > 0 || undefined}>
        <dt>{t('cashier:cart.discount')}</dt>
        <dd>{off > 0 ? `−${format.sum(off)}` : format.sum(0)}</dd>
      </div>
      {vat.length === 0 ? (
        <div>
          <dt>{t('cashier:cart.no_vat')}</dt>
        </div>
      ) : (
        vat.map(({ percent, minor }) => (
          <div key={percent}>
            <dt>{t('cashier:cart.vat', { percent })}</dt>
            <dd>{format.sum(minor)}</dd>
          </div>
        ))
      )}
    </dl>
  );
}
