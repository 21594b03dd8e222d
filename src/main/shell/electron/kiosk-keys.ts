/** Which keys reach a kiosk page. A list of what is let through: a customer must find no shortcut that we forgot. */
import type { Input } from 'electron';

export type KeyPress = Pick<Input, 'key' | 'control' | 'alt' | 'meta'>;

/** Typing, moving in a form, and the keys that compose a letter. A barcode scanner types, then sends Enter or Tab. */
const PLAIN_KEYS: ReadonlySet<string> = new Set(
  (
    'Enter Tab Escape Backspace Delete Home End PageUp PageDown ArrowLeft ArrowRight ArrowUp ArrowDown ' +
    'Shift CapsLock NumLock AltGraph Dead Process Compose'
  ).split(' '),
);

export function isKeyAllowed({ key, control, alt, meta }: KeyPress): boolean {
  if (meta) return false;
  const printable = /^.$/su.test(key);
  // Windows reports AltGr as Control and Alt together; without it a Spanish or French keyboard has no "@". Letters and
  // digits are never made that way on the layouts we serve, but shortcuts are.
  if (control && alt) return printable && !/[\p{L}\p{N}\s]/u.test(key);
  if (control || alt) return false;
  return printable || PLAIN_KEYS.has(key);
}
