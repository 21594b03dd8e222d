/** Listens for a barcode scanner anywhere on the page. */
import { useEffect, useRef } from 'react';
import { feed, SCANNER_IDLE, type ScannerState } from './scanner.ts';

/**
 * When the field is put right after a scan, unless a key comes first. Not at once: drawing the field and its list takes as
 * long as the answer, and a buyer watches the receipt.
 */
const RESTORE_MS = 30;

/** What stood in the field before the burst began to type into it. */
interface Before {
  readonly field: HTMLInputElement;
  readonly value: string;
}

export function useScanner(onScan: (barcode: string) => void, enabled = true): void {
  const current = useRef(onScan);
  useEffect(() => {
    current.current = onScan;
  });
  useEffect(() => {
    if (!enabled) return;
    let state: ScannerState = SCANNER_IDLE;
    let before: Before | undefined;
    let restoreLater: (() => void) | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const settle = () => {
      clearTimeout(timer);
      restoreLater?.();
      restoreLater = undefined;
    };
    const listen = (event: KeyboardEvent) => {
      settle();
      // A key held down repeats as fast as a scanner types.
      if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
      const isFirst = state.text === '';
      const step = feed(state, { key: event.key, code: event.code, shift: event.shiftKey, at: event.timeStamp });
      state = step.state;
      if (step.kind === 'typing' && (isFirst || state.text.length === 1)) {
        const field = document.activeElement;
        before = field instanceof HTMLInputElement ? { field, value: field.value } : undefined;
      }
      // The middle of a code is no shortcut, and its Enter presses no button.
      if (step.kind === 'burst') event.stopPropagation();
      if (step.kind !== 'scanned') return;
      event.preventDefault();
      event.stopPropagation();
      current.current(step.barcode);
      const field = before;
      before = undefined;
      if (field) {
        restoreLater = () => restore(field);
        timer = setTimeout(settle, RESTORE_MS);
      }
    };
    // Before anybody else: a code that ends in Enter must not submit the form it happened to fall into.
    window.addEventListener('keydown', listen, { capture: true });
    return () => {
      window.removeEventListener('keydown', listen, { capture: true });
      settle();
    };
  }, [enabled]);
}

/** Takes the code out of the field again, in the way that React hears. */
function restore({ field, value }: Before): void {
  const property = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
  property?.set?.call(field, value);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
