/** A till at work: find, cart, pay. Features meet here and nowhere else. */
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import type { DeviceInfo } from '#shared/rpc/device.contract.ts';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import type { CheckoutReply } from '#shared/rpc/payments.contract.ts';
import { useApprovalDesk } from '../app/approval.ts';
import { useClock } from '../app/clock.tsx';
import { toFault } from '../app/error-text.ts';
import { FeatureBoundary } from '../app/feature-boundary.tsx';
import { type Text, useText } from '../app/i18n/i18n.ts';
import { useKeys } from '../app/keys.ts';
import { useApi } from '../app/rpc.tsx';
import { toCartItem } from '../features/cart/cart.rules.ts';
import { add, clear, hold, useCart } from '../features/cart/cart.store.ts';
import { CartPanel } from '../features/cart/cart-panel.tsx';
import { useCartEdits } from '../features/cart/use-cart-edits.ts';
import { FindPanel } from '../features/catalogue/find-panel.tsx';
import { useCheckoutStore } from '../features/checkout/checkout.store.ts';
import { useCheckout } from '../features/checkout/use-checkout.ts';
import { CommandDialog } from '../features/exchange/command-dialog.tsx';
import { useIsSelling } from '../features/exchange/sale.store.ts';
import { useDeskCommand } from '../features/exchange/use-command.ts';
import { UnknownDialog } from '../features/fiscal/unknown-dialog.tsx';
import type { Member } from '../staffed/staffed-app.tsx';
import { useDesk } from './desk.store.ts';
import { DeskScreen } from './desk-screen.tsx';
import { PaySide } from './pay-side.tsx';
import { Said, type Word } from './said.tsx';
import { NO_DIALOG, type SaleDialog } from './sale-dialog.ts';
import { SaleDialogs, useOverLimit } from './sale-dialogs.tsx';
import { SaleFoot } from './sale-foot.tsx';
import { SaleHeader } from './sale-header.tsx';
import classes from './sale-screen.module.css';
import { useReprice } from './use-reprice.ts';
import { useSaleKeys } from './use-sale-keys.ts';
import { useSaleScan } from './use-sale-scan.ts';

// Ids of receipts, attempts and what is taken off are made here, at the edge of the screen.
const newId = () => crypto.randomUUID();

export function SaleScreen({ info, member }: { readonly info: DeviceInfo; readonly member: Member }) {
  const t = useText();
  const api = useApi();
  const now = useClock();
  const reset = useCheckoutStore((state) => state.reset);
  const desk = useDesk();
  const { isAsking } = useApprovalDesk();
  const register = useQuery(api.fiscal.register.queryOptions());
  const search = useRef<HTMLInputElement>(null);
  const [dialog, setDialog] = useState<SaleDialog>(NO_DIALOG);
  const [word, setWord] = useState<Word>();
  /** The unknown task that the cashier put off. */
  const [putOff, setPutOff] = useState<string>();

  const onMade = useCallback(
    (sale: CheckoutReply) => {
      useCart.getState().change(clear);
      reset();
      setDialog({ is: 'receipt', kind: 'sale', sale });
    },
    [reset],
  );
  const pick = useCallback((item: CatalogueItem) => {
    setWord(undefined);
    useCart.getState().change((state) => add(state, toCartItem(item), newId));
  }, []);
  const checkout = useCheckout({ newId, onMade });
  const { attempt, isUnderWay: locked } = checkout;
  const refusal = attempt.phase === 'refused' ? toFault(attempt.error).code : undefined;
  useReprice(refusal === 'payments.amount_mismatch', () => setWord({ about: 'prices' }));

  const edits = useCartEdits(newId);
  const isOverLimit = useOverLimit(member);
  const unknownTaskId = register.data?.unknownTaskId;
  const showsUnknown = unknownTaskId !== undefined && unknownTaskId !== putOff;
  const openDesk = desk.open;
  const openExchange = useCallback(() => openDesk('exchange'), [openDesk]);
  const command = useDeskCommand(openExchange);
  const isSelling = useIsSelling() && desk.section === 'exchange';
  const isBusy = dialog.is !== 'none' || showsUnknown || isAsking || isSelling;
  // Money that is being taken, or counted, is not interrupted: the header says that a phone asks.
  const isHeld = command.isPutOff || isBusy || locked || desk.isCounting;
  const showsCommand = command.result !== undefined || (command.incoming !== undefined && !isHeld);
  const isCovered = isBusy || showsCommand;
  const isFree = !isCovered && desk.section === undefined;

  const focusSearch = () => search.current?.focus();
  useEffect(() => {
    if (desk.section === undefined) search.current?.focus();
  }, [desk.section]);
  const close = () => {
    setDialog(NO_DIALOG);
    focusSearch();
  };
  const holdReceipt = () => useCart.getState().change((state) => hold(state, { now: now(), by: member.name }));
  useSaleScan({
    dialog,
    isClosed: locked || showsUnknown || showsCommand || desk.section !== undefined,
    isAsking,
    newId,
    onOpen: setDialog,
    onNext: close,
    onUnknown: (barcode) => setWord(barcode === undefined ? undefined : { about: 'scan', barcode }),
  });
  useSaleKeys({
    edits,
    isFree,
    canEdit: isFree && !locked,
    onOpen: setDialog,
    onShift: () => desk.open('shift'),
    onHold: holdReceipt,
    onSearch: focusSearch,
  });
  useKeys({ '?': () => setDialog({ is: 'keys' }), F1: () => setDialog({ is: 'keys' }) }, !isCovered);

  return (
    <div className={classes.page}>
      <SaleHeader
        info={info}
        register={register.data}
        member={member}
        onDesk={desk.open}
        onUnknown={() => setPutOff(undefined)}
        onCommand={command.incoming === undefined || showsCommand ? undefined : () => command.putOff(false)}
        onKeys={() => setDialog({ is: 'keys' })}
        onSignOut={() => {
          // The next person begins with an empty receipt; this one waits among the held.
          holdReceipt();
          reset();
          desk.close();
        }}
      />
      {desk.section === undefined ? (
        <main className={classes.columns}>
          <div className={classes.left}>
            <FeatureBoundary name="catalogue">
              <FindPanel searchRef={search} disabled={locked} onPick={pick} />
            </FeatureBoundary>
            <SaleFoot onSales={() => setDialog({ is: 'sales' })} onKeys={() => setDialog({ is: 'keys' })} />
          </div>
          <FeatureBoundary name="cart">
            <div className={classes.middle}>
              {word ? <Said word={word} onClose={() => setWord(undefined)} /> : null}
              <CartPanel
                locked={locked}
                edits={edits}
                isOverLimit={isOverLimit}
                onEdit={(what) => setDialog({ is: what })}
                onHold={holdReceipt}
                onHeld={() => setDialog({ is: 'held' })}
              />
            </div>
          </FeatureBoundary>
          <FeatureBoundary name="checkout">
            <PaySide
              checkout={checkout}
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
      {showsCommand ? <CommandDialog command={command} onForm={openExchange} /> : null}
      {showsUnknown && register.data ? (
        <UnknownDialog
          register={register.data}
          taskId={unknownTaskId}
          onClose={() => {
            setPutOff(unknownTaskId);
            if (dialog.is === 'receipt' && dialog.sale.taskId === unknownTaskId) close();
          }}
        />
      ) : null}
      {dialog.is === 'none' || (showsUnknown && dialog.is === 'receipt') ? null : (
        <SaleDialogs
          dialog={dialog}
          member={member}
          deviceId={info.device?.id}
          edits={edits}
          newId={newId}
          onOpen={setDialog}
          onClose={close}
        />
      )}
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
