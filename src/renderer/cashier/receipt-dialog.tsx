/** What became of the sale: its way through the register, the change to give, and the receipt itself. */
import { Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { CheckoutReply } from '#shared/rpc/payments.contract.ts';
import { useText } from '../app/i18n/i18n.ts';
import { useApi } from '../app/rpc.tsx';
import { useShop, useShopFormat } from '../app/shop.ts';
import { TaskProgress, useTask } from '../features/fiscal/task-progress.tsx';
import { documentsOf, type SaleDocument } from '../features/orders/orders.rules.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { KeyHint } from '../ui/key-hint.tsx';
import { LoadingState } from '../ui/loading-state.tsx';
import { ReceiptPaper } from '../ui/receipt-paper.tsx';
import classes from './receipt-dialog.module.css';

export function ReceiptDialog({
  sale,
  kind,
  onClose,
}: {
  readonly sale: CheckoutReply;
  readonly kind: 'sale' | 'refund';
  readonly onClose: () => void;
}) {
  const t = useText();
  const api = useApi();
  const shop = useShop();
  const format = useShopFormat();
  const { task, progress, error } = useTask(sale.taskId);
  const details = useQuery(api.orders.get.queryOptions({ input: { id: sale.orderId } }));
  const shown = details.data && findDocument(documentsOf(details.data), kind, sale.taskId);
  const fault = error ?? details.error;
  const stage = progress === 'done' ? 'done' : 'going';
  const title = t(`cashier:receipt.${stage}.${kind}`);
  return (
    // A dialog whose heading is inside it: Mantine's own title bar would take a line of its own.
    <Modal.Root opened onClose={onClose} size={880} centered lockScroll={false}>
      <Modal.Overlay backgroundOpacity={0.5} />
      <Modal.Content radius="lg" aria-label={title}>
        <div className={classes.columns}>
          <section className={classes.way}>
            <h1 className={classes.title}>{title}</h1>
            <p className={classes.number}>
              <bdi>{sale.orderNumber}</bdi> • <bdi>{format.money(sale.totalMinor)}</bdi>
            </p>
            {sale.changeMinor > 0 ? (
              <p className={classes.change}>
                {kind === 'sale' ? t('cashier:receipt.change') : t('cashier:refund.cash')}
                <strong>{format.money(sale.changeMinor)}</strong>
              </p>
            ) : null}
            <div className={classes.progress}>
              {task && progress ? <TaskProgress task={task} progress={progress} /> : null}
              {fault ? <ErrorState error={fault} /> : null}
            </div>
            <div className={classes.foot}>
              {kind === 'sale' && (progress === 'working' || progress === 'waiting_register') ? (
                <p className={classes.note}>{t('cashier:receipt.goes_on')}</p>
              ) : null}
              <Button
                size="lg"
                fullWidth
                // What stopped the receipt comes first; the next buyer can still be served.
                variant={progress === 'paper_out' || progress === 'failed' ? 'default' : 'filled'}
                rightSection={<KeyHint keys={t('cashier:key.enter')} />}
                onClick={onClose}
                data-autofocus
              >
                {t(`cashier:receipt.next.${kind}`)}
              </Button>
            </div>
          </section>
          <section className={classes.paper}>
            {shown ? (
              <ReceiptPaper
                kind={kind}
                orderNumber={sale.orderNumber}
                lines={shown.lines}
                totalMinor={sale.totalMinor}
                tenders={shown.tenders}
                {...(progress === 'waiting_register' ? { pending: t('cashier:sales.state.waiting') } : {})}
                {...(shop ? { shop } : {})}
                {...(task ? { operatorName: task.operatorName } : {})}
                {...(task?.document ? { document: task.document } : {})}
              />
            ) : fault ? null : (
              <LoadingState />
            )}
          </section>
        </div>
      </Modal.Content>
    </Modal.Root>
  );
}

/** A sale has one receipt, whatever its task; of its refunds, the one that was made now. */
const findDocument = (
  all: readonly SaleDocument[],
  kind: 'sale' | 'refund',
  taskId: string,
): SaleDocument | undefined => all.find((one) => one.kind === kind && (kind === 'sale' || one.id === taskId));
