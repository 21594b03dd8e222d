/** A till at work: find, cart, pay. Features meet here and nowhere else. */
import { Button } from '@mantine/core';
import { IconBarcodeOff, IconKeyboard, IconReceipt, IconTag, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { DeviceInfo } from '#shared/rpc/device.contract.ts';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import type { CheckoutReply } from '#shared/rpc/payments.contract.ts';
import { useClock } from '../app/clock.tsx';
import { toFault } from '../app/error-text.ts';
import { FeatureBoundary } from '../app/feature-boundary.tsx';
import { type Text, useText } from '../app/i18n/i18n.ts';
import { useKeys } from '../app/keys.ts';
import { useApi, useDeviceClient } from '../app/rpc.tsx';
import { toCartItem, toCheckoutLines, totals } from '../features/cart/cart.rules.ts';
import { useCart } from '../features/cart/cart.store.ts';
import { CartPanel } from '../features/cart/cart-panel.tsx';
import { LineDialog } from '../features/cart/line-dialog.tsx';
import { useScanner } from '../features/cart/use-scanner.ts';
import { FindPanel } from '../features/catalogue/find-panel.tsx';
import { useCheckoutStore } from '../features/checkout/checkout.store.ts';
import { ContactDialog } from '../features/checkout/contact-dialog.tsx';
import { PayPanel } from '../features/checkout/pay-panel.tsx';
import type { Settlement } from '../features/checkout/tender.rules.ts';
import { useCheckout } from '../features/checkout/use-checkout.ts';
import { UnknownDialog } from '../features/fiscal/unknown-dialog.tsx';
import { RecentSales } from '../features/orders/recent-sales.tsx';
import type { Member } from '../staffed/staffed-app.tsx';
import { KeyHint } from '../ui/key-hint.tsx';
import { Notice } from '../ui/notice.tsx';
import { useDesk } from './desk.store.ts';
import { DeskScreen } from './desk-screen.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { ReceiptDialog } from './receipt-dialog.tsx';
import { SaleHeader } from './sale-header.tsx';
import classes from './sale-screen.module.css';
import { useReprice } from './use-reprice.ts';

type Dialog =
  | { readonly is: 'none' | 'quantity' | 'discount' | 'contact' | 'sales' | 'keys' }
  | { readonly is: 'receipt'; readonly kind: 'sale' | 'refund'; readonly sale: CheckoutReply };

/** What is said once above the receipt. */
type Word = { readonly about: 'scan'; readonly barcode: string } | { readonly about: 'prices' };

const NONE: Dialog = { is: 'none' };
// The id of an attempt and of a parked receipt are made here, at the edge of the screen.
const newId = () => crypto.randomUUID();

export function SaleScreen({ info, member }: { readonly info: DeviceInfo; readonly member: Member }) {
  const t = useText();
  const api = useApi();
  const client = useDeviceClient();
  const now = useClock();
  const cart = useCart();
  const { choose, reset } = useCheckoutStore();
  const desk = useDesk();
  const register = useQuery(api.fiscal.register.queryOptions());
  const search = useRef<HTMLInputElement>(null);
  const [dialog, setDialog] = useState<Dialog>(NONE);
  const [word, setWord] = useState<Word>();
  /** The unknown task that the cashier put off. */
  const [putOff, setPutOff] = useState<string>();

  const onMade = useCallback(
    (sale: CheckoutReply) => {
      useCart.getState().clear();
      reset();
      setDialog({ is: 'receipt', kind: 'sale', sale });
    },
    [reset],
  );
  const checkout = useCheckout({ newId, onMade });
  const { attempt, isUnderWay: locked } = checkout;
  const refusal = attempt.phase === 'refused' ? toFault(attempt.error).code : undefined;
  useReprice(refusal === 'payments.amount_mismatch', () => setWord({ about: 'prices' }));

  const { totalMinor } = totals(cart.lines);
  const selected = cart.lines.find((line) => line.item.id === cart.selectedId);
  const unknownTaskId = register.data?.unknownTaskId;
  const showsUnknown = unknownTaskId !== undefined && unknownTaskId !== putOff;
  const isCovered = dialog.is !== 'none' || showsUnknown;
  const isFree = !isCovered && desk.section === undefined;
  const canEdit = isFree && !locked;

  // A changed receipt is another sum: what was handed over for the old one, and its refusal, mean nothing now.
  const { forget } = checkout;
  useEffect(() => {
    if (useCheckoutStore.getState().attempt.phase === 'refused') forget();
  }, [cart.lines, forget]);
  useEffect(() => {
    if (cart.lines.length === 0) choose(undefined);
  }, [cart.lines.length, choose]);

  const focusSearch = () => search.current?.focus();
  useEffect(() => {
    if (desk.section === undefined) search.current?.focus();
  }, [desk.section]);
  const close = () => {
    setDialog(NONE);
    focusSearch();
  };
  const scan = async (barcode: string) => {
    if (locked || showsUnknown || desk.section !== undefined || (dialog.is !== 'none' && dialog.is !== 'receipt'))
      return;
    const item = await client.catalogue.byBarcode({ barcode });
    if (dialog.is === 'receipt') close();
    setWord(item ? undefined : { about: 'scan', barcode });
    if (item) cart.add(toCartItem(item));
  };
  useScanner((barcode) => {
    // A core that does not answer covers the screen by itself.
    scan(barcode).catch(() => undefined);
  });

  const pay = (settlement: Settlement) => {
    const { contact } = useCheckoutStore.getState();
    checkout.pay({ lines: toCheckoutLines(cart.lines), settlement, ...(contact ? { customer: contact } : {}) });
  };
  const onLine = (run: (itemId: string) => void) => (selected ? () => run(selected.item.id) : undefined);
  useKeys({ F2: focusSearch, F5: () => desk.open('shift'), F6: () => setDialog({ is: 'sales' }) }, isFree);
  useKeys({ '?': () => setDialog({ is: 'keys' }), F1: () => setDialog({ is: 'keys' }) }, !isCovered);
  useKeys(
    {
      ArrowDown: () => cart.move(1),
      ArrowUp: () => cart.move(-1),
      '+': onLine((id) => cart.step(id, 1)),
      '-': onLine((id) => cart.step(id, -1)),
      '*': onLine(() => setDialog({ is: 'quantity' })),
      F8: onLine(() => setDialog({ is: 'discount' })),
      Delete: onLine((id) => cart.remove(id)),
      'Ctrl+Z': cart.removed ? cart.undoRemove : undefined,
      F4: () => cart.park(newId(), now()),
      F3: () => setDialog({ is: 'contact' }),
      F7: totalMinor > 0 ? () => choose('mixed') : undefined,
      F9: totalMinor > 0 ? () => choose('cash') : undefined,
      F10: totalMinor > 0 ? () => choose('card') : undefined,
      Escape: () => {
        choose(undefined);
        focusSearch();
      },
    },
    canEdit,
  );

  return (
    <div className={classes.page}>
      <SaleHeader
        info={info}
        register={register.data}
        member={member}
        onDesk={desk.open}
        onUnknown={() => setPutOff(undefined)}
        onKeys={() => setDialog({ is: 'keys' })}
        onSignOut={() => {
          // The next person begins with an empty receipt; this one waits among the parked.
          cart.park(newId(), now());
          reset();
          desk.close();
        }}
      />
      {desk.section === undefined ? (
        <main className={classes.columns}>
          <div className={classes.left}>
            <FeatureBoundary name="catalogue">
              <FindPanel
                searchRef={search}
                disabled={locked}
                onPick={(item) => {
                  setWord(undefined);
                  cart.add(toCartItem(item));
                }}
              />
            </FeatureBoundary>
            <nav className={classes.foot} aria-label={t('cashier:more')}>
              <Button
                variant="subtle"
                color="gray"
                className={classes.footButton ?? ''}
                leftSection={<IconReceipt size={20} aria-hidden />}
                rightSection={<KeyHint keys="F6" />}
                onClick={() => setDialog({ is: 'sales' })}
              >
                {t('cashier:sales.open')}
              </Button>
              <Button
                variant="subtle"
                color="gray"
                className={classes.footButton ?? ''}
                leftSection={<IconKeyboard size={20} aria-hidden />}
                rightSection={<KeyHint keys="?" />}
                onClick={() => setDialog({ is: 'keys' })}
              >
                {t('cashier:keys.open')}
              </Button>
            </nav>
          </div>
          <FeatureBoundary name="cart">
            <div className={classes.middle}>
              {word ? <Said word={word} onClose={() => setWord(undefined)} /> : null}
              <CartPanel locked={locked} newId={newId} onEdit={(what) => setDialog({ is: what })} />
            </div>
          </FeatureBoundary>
          <FeatureBoundary name="checkout">
            <PayPanel
              totalMinor={totalMinor}
              checkout={checkout}
              onPay={pay}
              onContact={() => setDialog({ is: 'contact' })}
              notice={noteOf(t, info, register.data)}
            />
          </FeatureBoundary>
        </main>
      ) : (
        <DeskScreen
          info={info}
          section={desk.section}
          newId={newId}
          isCovered={isCovered}
          onUnknown={() => setPutOff(undefined)}
          onClose={desk.close}
        />
      )}
      {showsUnknown && register.data ? (
        <UnknownDialog
          register={register.data}
          taskId={unknownTaskId}
          onClose={() => {
            setPutOff(unknownTaskId);
            if (dialog.is === 'receipt' && dialog.sale.taskId === unknownTaskId) close();
          }}
        />
      ) : dialog.is === 'receipt' ? (
        <ReceiptDialog sale={dialog.sale} kind={dialog.kind} onClose={close} />
      ) : null}
      {(dialog.is === 'quantity' || dialog.is === 'discount') && selected ? (
        <LineDialog line={selected} what={dialog.is} onClose={close} />
      ) : null}
      {dialog.is === 'contact' ? <ContactDialog onClose={() => setDialog(NONE)} /> : null}
      {dialog.is === 'keys' ? <KeysDialog onClose={close} /> : null}
      {dialog.is === 'sales' ? (
        <RecentSales
          newId={newId}
          onClose={close}
          onRefunded={(sale) => setDialog({ is: 'receipt', kind: 'refund', sale })}
        />
      ) : null}
    </div>
  );
}

function Said({ word, onClose }: { readonly word: Word; readonly onClose: () => void }) {
  const t = useText();
  return (
    <div className={classes.said}>
      <Notice
        tone="warn"
        icon={word.about === 'scan' ? IconBarcodeOff : IconTag}
        role="alert"
        action={
          <Button variant="subtle" color="gray" onClick={onClose} leftSection={<IconX size={18} aria-hidden />}>
            {t('cashier:close')}
          </Button>
        }
      >
        {word.about === 'scan' ? t('cashier:find.no_barcode', { barcode: word.barcode }) : t('cashier:cart.repriced')}
      </Notice>
    </div>
  );
}

/** A calm word under the buttons: selling goes on whatever is away. */
function noteOf(t: Text, info: DeviceInfo, register: RegisterView | undefined): string | undefined {
  if (register?.state === 'unavailable' || register?.state === 'not_responding') return t('cashier:notice.register');
  if (register?.state === 'another_register') return t('cashier:notice.another_register');
  if (register?.state === 'not_configured') return t('cashier:notice.not_configured');
  if (register?.shift.state === 'closed') return t('cashier:notice.shift_closed');
  if (register?.shift.state === 'expired') return t('cashier:notice.shift_expired');
  return info.sync.state === 'offline' ? t('cashier:notice.offline') : undefined;
}
