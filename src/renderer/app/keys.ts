/** Keys as people name them, and screens that listen to them. */
import { useEffect, useRef } from 'react';

/** The part of `KeyboardEvent` that names a key. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/**
 * `F9`, `?`, `Delete`, `ArrowUp`, `Ctrl+Z`, `Shift+F8`. Letters with Ctrl are read by their place on the keyboard, so they
 * work in any layout; Shift is part of the character it makes, and has a name only with a key that makes none.
 */
export function keyName({ key, code, ctrlKey, metaKey, altKey, shiftKey }: KeyPress): string {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  const base = (ctrlKey || metaKey || altKey) && letter ? letter : key;
  const shift = shiftKey && key.length > 1 && key !== 'Shift' ? 'Shift+' : '';
  return `${ctrlKey || metaKey ? 'Ctrl+' : ''}${altKey ? 'Alt+' : ''}${shift}${base}`;
}

/** Keys that mean something while a person types: they must reach the field, not the screen. */
export const isTyping = (name: string): boolean => {
  const plain = name.replace(/^Shift\+/, '');
  return (
    plain.length === 1 ||
    ['Delete', 'Backspace', 'Enter', 'Home', 'End', 'Ctrl+Z'].includes(plain) ||
    plain.startsWith('Arrow')
  );
};

/**
 * An empty field marked `data-screen-keys` (the search that has the focus most of the day) gives up the keys that begin no
 * search: arrows, Delete, `+`, `?`.
 */
const givesUp = (target: EventTarget | null, name: string): boolean =>
  target instanceof HTMLInputElement &&
  target.dataset['screenKeys'] !== undefined &&
  target.value === '' &&
  !/^[\p{L}\d ]$/u.test(name);

const CHOICES: readonly string[] = ['radio', 'checkbox'];

/** A field takes every key that types; a choice is made with arrows and takes those alone. */
const takes = (target: EventTarget | null, name: string): boolean => {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement && CHOICES.includes(target.type)) return name.startsWith('Arrow');
  return (
    isTyping(name) &&
    (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement)
  );
};

export type KeyMap = Readonly<Record<string, (() => void) | undefined>>;

/**
 * Runs what `keys` says while `enabled`. A key that types is left to the field that has the focus; a handler that is
 * undefined swallows nothing. Given as a function, they are asked for at each press, so that a screen need not be drawn
 * again when what is possible turns.
 */
export function useKeys(keys: KeyMap | (() => KeyMap), enabled = true): void {
  const current = useRef(keys);
  useEffect(() => {
    current.current = keys;
  });
  useEffect(() => {
    if (!enabled) return;
    // The Escape that closes a dialog enables the screen below it while it is still on its way: it is not the screen's.
    const since = performance.now();
    const listen = (event: KeyboardEvent) => {
      if (event.timeStamp < since || event.defaultPrevented || event.isComposing) return;
      const name = keyName(event);
      const now = current.current;
      const run = (typeof now === 'function' ? now() : now)[name];
      if (!run || (takes(event.target, name) && !givesUp(event.target, name))) return;
      event.preventDefault();
      run();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [enabled]);
}
