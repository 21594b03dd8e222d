/**
 * A command of a phone over whatever is on the screen: what it would do, until when, yes or no. It comes while somebody types or
 * scans, so no plain key answers it: Enter of a scanner must sell nothing.
 */
import { Button, Modal } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconDeviceMobile, IconX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useRef } from 'react';
import type { CommandEffect, IncomingCommand } from '#shared/rpc/exchange.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useKeys } from '../../app/keys.ts';
import { useDeviceClient } from '../../app/rpc.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { KeyHint } from '../../ui/key-hint.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useAmounts } from './amounts.ts';
import classes from './command-dialog.module.css';
import { Countdown, useRemaining } from './countdown.tsx';
import { actionText, handledText } from './handled-list.tsx';
import { PreviewFacts, SoldFacts } from './preview-facts.tsx';
import { useSaleStore } from './sale.store.ts';
import type { DeskCommand } from './use-command.ts';

export function CommandDialog({
  command,
  onForm,
}: {
  readonly command: DeskCommand;
  /** The phone asked for the form of a sale, and it is wanted. */
  readonly onForm: () => void;
}) {
  const { incoming, result } = command;
  if (result !== undefined) return <Result command={command} />;
  return incoming === undefined ? null : (
    <Question key={incoming.id} incoming={incoming} command={command} onForm={onForm} />
  );
}

function Frame({
  title,
  onClose,
  children,
}: {
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const t = useText();
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={false}
      size={560}
      closeButtonProps={{ 'aria-label': t('exchange:command.later') }}
      title={title}
    >
      <div className={classes.body} data-autofocus tabIndex={-1}>
        {children}
      </div>
    </Modal>
  );
}

function Question({
  incoming,
  command,
  onForm,
}: {
  readonly incoming: IncomingCommand;
  readonly command: DeskCommand;
  readonly onForm: () => void;
}) {
  const t = useText();
  const client = useDeviceClient();
  const suggest = useSaleStore((state) => state.suggest);
  const { id, effect, expiresAt } = incoming;
  const leftMs = useRemaining(expiresAt, command.clockOffsetMs);
  /** The price that was answered: a second press is of no other. */
  const pressed = useRef<string>(undefined);
  const previewId = effect.kind === 'sell' ? effect.preview.previewId : undefined;
  const accept = useMutation({
    mutationFn: () => client.exchange.accept({ id, ...(previewId === undefined ? {} : { previewId }) }),
    onMutate: () => command.accepted({ id, previewId }),
    onError: () => {
      pressed.current = undefined;
      command.seen();
    },
  });
  const reject = useMutation({
    mutationFn: () => client.exchange.reject({ id }),
    onError: () => {
      pressed.current = undefined;
    },
  });
  const once = (run: () => void) => () => {
    const which = `${id} ${previewId ?? ''}`;
    if (pressed.current === which) return;
    pressed.current = which;
    run();
  };
  const onAccept = once(() => {
    if (effect.kind !== 'form') return accept.mutate();
    const { kind: _kind, ...suggested } = effect;
    suggest({ commandId: id, ...suggested });
    command.putOff(true);
    onForm();
  });
  const onReject = once(() => {
    suggest(undefined);
    reject.mutate();
  });
  const isBusy = accept.isPending || reject.isPending;
  useKeys({ 'Ctrl+Enter': onAccept, 'Ctrl+Delete': onReject }, !isBusy && leftMs > 0);
  return (
    <Frame
      title={
        <span className={classes.head}>
          <IconDeviceMobile size={26} aria-hidden />
          {t('exchange:command.title')}
        </span>
      }
      onClose={() => command.putOff(true)}
    >
      <p className={classes.action}>{actionText(t, incoming.action)}</p>
      <Effect effect={effect} clockOffsetMs={command.clockOffsetMs} />
      <Countdown label={t('exchange:command.left')} leftMs={leftMs} />
      {accept.error ? <ErrorLine error={accept.error} /> : null}
      {reject.error ? <ErrorLine error={reject.error} /> : null}
      <div className={classes.actions}>
        <Button
          size="lg"
          variant="default"
          loading={reject.isPending}
          disabled={accept.isPending || leftMs === 0}
          onClick={onReject}
          leftSection={<IconX size={20} aria-hidden />}
          rightSection={<KeyHint keys={t('exchange:key.reject')} />}
        >
          {t('exchange:command.reject')}
        </Button>
        <Button
          size="lg"
          loading={accept.isPending}
          disabled={reject.isPending || leftMs === 0}
          onClick={onAccept}
          rightSection={<KeyHint keys={t('exchange:key.accept')} />}
        >
          {t(`exchange:command.accept.${effect.kind}`)}
        </Button>
      </div>
    </Frame>
  );
}

function Effect({ effect, clockOffsetMs }: { readonly effect: CommandEffect; readonly clockOffsetMs: number }) {
  const t = useText();
  const amounts = useAmounts();
  switch (effect.kind) {
    case 'sell': {
      const { preview, isAboveLimit } = effect;
      return (
        <>
          <p className={classes.proceeds}>
            <small>{t('exchange:sale.brings')}</small>
            <bdi>{amounts.dollars(preview.proceedsMinor)}</bdi>
          </p>
          <PreviewFacts preview={preview} />
          <PriceLeft expiresAt={preview.expiresAt} clockOffsetMs={clockOffsetMs} />
          {isAboveLimit ? (
            <Notice tone="warn" icon={IconAlertTriangle}>
              {t('exchange:command.above_limit')}
            </Notice>
          ) : null}
        </>
      );
    }
    case 'form': {
      const { assetId, quantity, amountMinor } = effect;
      const wanted =
        quantity === undefined
          ? amountMinor === undefined
            ? undefined
            : amounts.dollars(amountMinor)
          : amounts.quantity(quantity);
      return (
        <p className={classes.words}>
          {t('exchange:command.form')} <bdi>{[wanted, assetId].filter((one) => one !== undefined).join(' · ')}</bdi>
        </p>
      );
    }
    case 'switch_user':
      return <p className={classes.words}>{t('exchange:command.switch_user', { from: effect.from })}</p>;
  }
}

function PriceLeft({ expiresAt, clockOffsetMs }: { readonly expiresAt: number; readonly clockOffsetMs: number }) {
  const t = useText();
  return <Countdown label={t('exchange:sale.holds')} leftMs={useRemaining(expiresAt, clockOffsetMs)} />;
}

function Result({ command }: { readonly command: DeskCommand }) {
  const t = useText();
  const amounts = useAmounts();
  const handled = command.result?.handled;
  const isDone = handled?.outcome === 'ACKNOWLEDGED';
  return (
    <Frame title={t('exchange:command.title')} onClose={command.seen}>
      {handled === undefined ? (
        <LoadingState label={t('exchange:command.under_way')} />
      ) : (
        <>
          <Notice tone={isDone ? 'good' : 'bad'} icon={isDone ? IconCircleCheck : IconAlertTriangle}>
            {handledText(t, amounts, handled)}
          </Notice>
          {handled.sold === undefined ? null : <SoldFacts sold={handled.sold} />}
          <Button size="lg" onClick={command.seen}>
            {t('exchange:sale.done')}
          </Button>
        </>
      )}
    </Frame>
  );
}
