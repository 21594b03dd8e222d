/** The client's code in six boxes: typed, pasted, corrected. It goes off by itself when the last box is filled. */
import { type ClipboardEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { type Boxes, enter, erase, OTP_LENGTH } from './otp.rules.ts';
import classes from './otp-entry.module.css';

export function OtpEntry({
  disabled,
  isWrong,
  onCode,
}: {
  readonly disabled: boolean;
  /** The last code was not the right one: the boxes are empty and say so. */
  readonly isWrong: boolean;
  readonly onCode: (code: string) => void;
}) {
  const t = useText();
  const [boxes, setBoxes] = useState<Boxes>({ code: '', at: 0 });
  const row = useRef<HTMLFieldSetElement>(null);
  const focus = (at: number) => row.current?.querySelectorAll('input')[at]?.focus();
  const become = (next: Boxes) => {
    setBoxes(next);
    focus(next.at);
    if (next.code.length === OTP_LENGTH && next.code !== boxes.code) onCode(next.code);
  };
  useEffect(() => {
    if (!disabled) row.current?.querySelector('input')?.focus();
  }, [disabled]);
  const press = (event: KeyboardEvent<HTMLInputElement>, at: number) => {
    if (event.key === 'Backspace') {
      event.preventDefault();
      become(erase(boxes, at));
    } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      event.preventDefault();
      focus(Math.min(Math.max(at + (event.key === 'ArrowLeft' ? -1 : 1), 0), OTP_LENGTH - 1));
    } else if (event.key === 'Enter' && boxes.code.length === OTP_LENGTH) {
      event.preventDefault();
      onCode(boxes.code);
    }
  };
  const paste = (event: ClipboardEvent<HTMLInputElement>, at: number) => {
    event.preventDefault();
    become(enter(boxes, at, event.clipboardData.getData('text')));
  };
  return (
    <fieldset ref={row} className={classes.boxes} aria-label={t('wizard:otp.label')} dir="ltr">
      {Array.from({ length: OTP_LENGTH }, (_, at) => (
        <input
          key={at}
          className={classes.box}
          inputMode="numeric"
          autoComplete={at === 0 ? 'one-time-code' : 'off'}
          aria-label={t('wizard:otp.box', { at: at + 1 })}
          aria-invalid={isWrong || undefined}
          disabled={disabled}
          value={boxes.code[at] ?? ''}
          onChange={(event) => {
            const typed = event.currentTarget.value;
            // A box that is written over holds both digits for a moment: the new one counts.
            const old = boxes.code[at] ?? '';
            become(enter(boxes, at, old !== '' && typed.length === 2 ? typed.replace(old, '') || old : typed));
          }}
          onFocus={(event) => event.currentTarget.select()}
          onKeyDown={(event) => press(event, at)}
          onPaste={(event) => paste(event, at)}
        />
      ))}
    </fieldset>
  );
}
