/** A PIN by touch, by keyboard, by both; with what went wrong, and until when nothing helps. */
import { Button, UnstyledButton } from '@mantine/core';
import { IconBackspace, IconLock } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useNow } from '../../app/clock.tsx';
import { toFault } from '../../app/error-text.ts';
import { countdown } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useKeys } from '../../app/keys.ts';
import { ErrorLine } from '../../ui/error-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import classes from './pin-entry.module.css';
import { lockedUntil, PIN_MIN, typeDigit } from './staff.rules.ts';

const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

export function PinEntry({
  error,
  isPending,
  action,
  onSubmit,
  onType,
  onEscape,
}: {
  /** What the last try was refused with. */
  readonly error: unknown;
  readonly isPending: boolean;
  /** What the button does. */
  readonly action: string;
  /** Rejects when the PIN was not taken: then it is typed anew. */
  readonly onSubmit: (pin: string) => Promise<unknown>;
  /** A digit was typed: what was wrong before is over. */
  readonly onType: () => void;
  readonly onEscape?: (() => void) | undefined;
}) {
  const t = useText();
  const now = useNow();
  const [pin, setPin] = useState('');
  const fault = error ? toFault(error) : undefined;
  const lockEnds = fault?.code === 'staff.locked' ? lockedUntil(fault.params) : undefined;
  const isLocked = fault?.code === 'staff.locked' && (lockEnds === undefined || lockEnds > now);
  const isBusy = isPending || isLocked;
  const type = (digit: string) => {
    if (isBusy) return;
    onType();
    setPin((before) => typeDigit(before, digit));
  };
  const erase = () => setPin((before) => before.slice(0, -1));
  const submit = () => {
    if (!isBusy && pin.length >= PIN_MIN) onSubmit(pin).catch(() => setPin(''));
  };
  useKeys({
    ...Object.fromEntries(DIGITS.map((digit) => [digit, () => type(digit)])),
    Backspace: erase,
    Enter: submit,
    Escape: onEscape,
  });
  return (
    <>
      <Dots count={pin.length} wrong={fault?.code === 'staff.pin_wrong'} />
      <div className={classes.message}>
        {isLocked ? (
          <Notice tone="bad" icon={IconLock} role="alert">
            {lockEnds === undefined
              ? t('errors:staff.locked')
              : t('staff:locked_for', { time: countdown(lockEnds - now) })}
          </Notice>
        ) : fault !== undefined && pin === '' && fault.code !== 'staff.locked' ? (
          // A reference to the log helps nobody who mistyped.
          fault.code === 'staff.pin_wrong' ? (
            <p className={classes.wrong} role="alert">
              {t('errors:staff.pin_wrong')}
            </p>
          ) : (
            <ErrorLine error={error} />
          )
        ) : null}
      </div>
      <div className={classes.pad}>
        {DIGITS.slice(1).map((digit) => (
          <PadKey key={digit} disabled={isBusy} onPress={() => type(digit)}>
            {digit}
          </PadKey>
        ))}
        <PadKey disabled={isBusy || pin === ''} onPress={erase} label={t('staff:erase')}>
          <IconBackspace size={26} aria-hidden />
        </PadKey>
        <PadKey disabled={isBusy} onPress={() => type('0')}>
          {0}
        </PadKey>
        <Button
          className={classes.enter ?? ''}
          onClick={submit}
          disabled={isLocked || pin.length < PIN_MIN}
          loading={isPending}
        >
          {action}
        </Button>
      </div>
    </>
  );
}

function Dots({ count, wrong }: { readonly count: number; readonly wrong: boolean }) {
  const t = useText();
  return (
    <output className={classes.dots} data-wrong={wrong || undefined} aria-label={t('staff:typed', { count })}>
      {Array.from({ length: Math.max(PIN_MIN, count) }, (_, index) => (
        <span key={index} className={classes.dot} data-full={index < count || undefined} />
      ))}
    </output>
  );
}

function PadKey({
  children,
  onPress,
  disabled,
  label,
}: {
  readonly children: ReactNode;
  readonly onPress: () => void;
  readonly disabled: boolean;
  readonly label?: string;
}) {
  return (
    <UnstyledButton className={classes.digit} onClick={onPress} disabled={disabled} aria-label={label} tabIndex={-1}>
      {children}
    </UnstyledButton>
  );
}
