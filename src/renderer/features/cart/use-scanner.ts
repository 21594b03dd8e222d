/** Listens for a barcode scanner anywhere on the page. */
import { useEffect, useRef } from 'react';
import { feed, MAX_GAP_MS, SCANNER_IDLE, type ScannerState } from './scanner.ts';

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
    /** Keys of a burst that no field has had: a code is not typed into the search letter by letter, with a list drawn at each. */
    let held = '';
    let later: { readonly run: () => void; readonly timer: ReturnType<typeof setTimeout> } | undefined;
    const settle = () => {
      clearTimeout(later?.timer);
      later?.run();
      later = undefined;
    };
    const runLater = (run: () => void, ms: number) => {
      later = { run, timer: setTimeout(settle, ms) };
    };
    /** It was a quick hand and no scanner: the field gets its letters after all. */
    const release = () => {
      const text = held;
      held = '';
      // Deprecated, and the one way to type: at the caret, over a selection, with an undo and the events of typing.
      if (text !== '') document.execCommand('insertText', false, text);
    };
    const listen = (event: KeyboardEvent) => {
      // A key held down repeats as fast as a scanner types.
      const isOther = event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing;
      const isFirst = state.text === '';
      const step = isOther
        ? undefined
        : feed(state, { key: event.key, code: event.code, shift: event.shiftKey, at: event.timeStamp });
      if (step?.kind === 'modifier') return;
      if (step?.kind !== 'burst' && step?.kind !== 'scanned') settle();
      else clearTimeout(later?.timer);
      if (step === undefined) return;
      state = step.state;
      if (step.kind === 'typing') {
        if (!isFirst && state.text.length !== 1) return;
        const field = document.activeElement;
        before = field instanceof HTMLInputElement ? { field, value: field.value } : undefined;
        return;
      }
      event.preventDefault();
      // The middle of a code is no shortcut, and its Enter presses no button.
      event.stopPropagation();
      if (step.kind === 'burst') {
        if (event.key.length === 1) held += event.key;
        runLater(release, MAX_GAP_MS);
        return;
      }
      held = '';
      later = undefined;
      current.current(step.barcode);
      const field = before;
      before = undefined;
      if (field) runLater(() => restore(field), RESTORE_MS);
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
