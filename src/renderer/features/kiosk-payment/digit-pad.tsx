/** Digits by touch or by keys: a code that is read aloud, or a PIN that nobody is to see. */
import { UnstyledButton } from '@mantine/core';
import { IconBackspace } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { useKeys } from '../../app/keys.ts';
import classes from './digit-pad.module.css';

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'] as const;

export function DigitPad({
  least,
  most,
  masked = false,
  disabled,
  wrong,
  message,
  action,
  onType,
  onSubmit,
}: {
  /** Given at once when `most` are typed; where they differ, by the action. */
  readonly least: number;
  readonly most: number;
  readonly masked?: boolean;
  readonly disabled: boolean;
  /** The last ones were refused. */
  readonly wrong: boolean;
  readonly message?: ReactNode;
  readonly action?: string;
  /** What was wrong before is over. */
  readonly onType: () => void;
  /** The digits are typed anew however it ends. */
  readonly onSubmit: (digits: string) => void;
}) {
  const t = useText();
  const [typed, setTyped] = useState('');
  const submit = (digits: string) => {
    setTyped('');
    onSubmit(digits);
  };
  const type = (digit: string) => {
    if (disabled || typed.length >= most) return;
    onType();
    const next = typed + digit;
    if (next.length === most && least === most) submit(next);
    else setTyped(next);
  };
  const erase = () => setTyped((before) => before.slice(0, -1));
  const enter = () => {
    if (!disabled && typed.length >= least) submit(typed);
  };
  useKeys({ ...Object.fromEntries(DIGITS.map((digit) => [digit, () => type(digit)])), Backspace: erase, Enter: enter });
  const cells = Array.from({ length: Math.max(least, typed.length) }, (_, index) => typed[index] ?? '');
  return (
    // Digits go from left to right in every language.
    <div className={classes.pad} dir="ltr">
      <output
        className={classes.cells}
        data-wrong={wrong && typed === ''}
        aria-label={t('kiosk:pad.typed', { count: typed.length })}
      >
        {cells.map((digit, index) => (
          <span key={index} className={classes.cell} data-full={digit !== ''}>
            {masked && digit !== '' ? <span className={classes.dot} /> : digit}
          </span>
        ))}
      </output>
      <div className={classes.message} dir="auto">
        {message}
      </div>
      <div className={classes.keys}>
        {DIGITS.slice(0, 9).map((digit) => (
          <Key key={digit} disabled={disabled} onPress={() => type(digit)}>
            {digit}
          </Key>
        ))}
        <Key disabled={disabled || typed === ''} onPress={erase} label={t('kiosk:pad.erase')}>
          <IconBackspace aria-hidden stroke={1.75} />
        </Key>
        <Key disabled={disabled} onPress={() => type('0')}>
          {0}
        </Key>
        {action === undefined ? (
          <span />
        ) : (
          <UnstyledButton
            className={classes.enter}
            disabled={disabled || typed.length < least}
            onClick={enter}
            tabIndex={-1}
          >
            {action}
          </UnstyledButton>
        )}
      </div>
    </div>
  );
}

function Key({
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
    <UnstyledButton className={classes.key} onClick={onPress} disabled={disabled} aria-label={label} tabIndex={-1}>
      {children}
    </UnstyledButton>
  );
}
