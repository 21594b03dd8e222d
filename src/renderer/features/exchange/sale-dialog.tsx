/** The sale by hand, once it has a price: what it brings, how long that holds, the word that sells, and what came of it. */
import { Button, Modal } from '@mantine/core';
import { IconCircleCheck, IconHelpHexagon, IconRefresh } from '@tabler/icons-react';
import { useText } from '../../app/i18n/i18n.ts';
import { useKeys } from '../../app/keys.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { KeyHint } from '../../ui/key-hint.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useAmounts } from './amounts.ts';
import { Countdown, useRemaining } from './countdown.tsx';
import { PreviewFacts, SoldFacts } from './preview-facts.tsx';
import type { Sale } from './sale.store.ts';
import classes from './sale-dialog.module.css';
import { useSale } from './use-sale.ts';

export function SaleDialog({
  sale,
  clockOffsetMs,
  onClose,
}: {
  readonly sale: Sale;
  readonly clockOffsetMs: number;
  readonly onClose: () => void;
}) {
  const t = useText();
  const amounts = useAmounts();
  const { sell, renew } = useSale();
  const { phase, preview, commandId } = sale;
  const leftMs = useRemaining(preview.expiresAt, clockOffsetMs);
  const isBusy = phase.is === 'selling' || phase.is === 'renewing';
  const canSell = phase.is === 'asked' && leftMs > 0;
  const canRenew = phase.is === 'renew' || (phase.is === 'asked' && leftMs === 0);
  useKeys({ 'Ctrl+Enter': canSell ? sell : undefined });
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={false}
      closeOnEscape={!isBusy}
      withCloseButton={!isBusy}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
      size={580}
      title={t(phase.is === 'sold' ? 'exchange:sale.sold' : 'exchange:sale.title')}
    >
      <div className={classes.body} data-autofocus tabIndex={-1}>
        {phase.is === 'sold' ? (
          <>
            <Notice tone="good" icon={IconCircleCheck}>
              {t('exchange:commands.sold', {
                quantity: amounts.quantity(phase.sold.quantity),
                symbol: phase.sold.symbol,
                amount: amounts.dollars(phase.sold.receivedMinor),
              })}
            </Notice>
            <SoldFacts sold={phase.sold} />
            <Button size="lg" onClick={onClose}>
              {t('exchange:sale.done')}
            </Button>
          </>
        ) : (
          <>
            <p className={classes.proceeds}>
              <small>{t('exchange:sale.brings')}</small>
              <bdi>{amounts.dollars(preview.proceedsMinor)}</bdi>
            </p>
            <PreviewFacts preview={preview} />
            {phase.is === 'asked' && leftMs > 0 ? <Countdown label={t('exchange:sale.holds')} leftMs={leftMs} /> : null}
            {phase.is === 'asked' && leftMs === 0 ? (
              <output className={classes.gone}>{t('exchange:sale.gone')}</output>
            ) : null}
            {phase.is === 'unclear' ? (
              <Notice tone="warn" icon={IconHelpHexagon} role="alert">
                {t(commandId === undefined ? 'exchange:sale.unclear' : 'exchange:sale.unclear_command')}
              </Notice>
            ) : null}
            {'error' in phase && phase.error ? <ErrorLine error={phase.error} /> : null}
            <div className={classes.actions}>
              {isBusy ? null : (
                <Button size="lg" variant="default" onClick={onClose}>
                  {t(phase.is === 'asked' || phase.is === 'renew' ? 'exchange:sale.cancel' : 'common:action.close')}
                </Button>
              )}
              {canSell || phase.is === 'selling' ? (
                <Button
                  size="lg"
                  loading={phase.is === 'selling'}
                  onClick={sell}
                  rightSection={<KeyHint keys={t('exchange:key.accept')} />}
                >
                  {t('exchange:sale.sell', { amount: amounts.dollars(preview.proceedsMinor) })}
                </Button>
              ) : null}
              {canRenew || phase.is === 'renewing' ? (
                <Button
                  size="lg"
                  loading={phase.is === 'renewing'}
                  leftSection={<IconRefresh size={20} aria-hidden />}
                  onClick={renew}
                >
                  {t('exchange:sale.renew')}
                </Button>
              ) : null}
              {phase.is === 'unclear' && commandId === undefined ? (
                <Button size="lg" onClick={sell}>
                  {t('exchange:sale.find_out')}
                </Button>
              ) : null}
            </div>
          </>
        )}
      </div>
    </Modal>
  );
}
