import type { Paper } from '../../app/manager.tsx';

/** Hands a document to whoever looks, as a file of their choice. The page keeps nothing of it. */
export function savePdf({ name, base64 }: Paper): void {
  const bytes = Uint8Array.from(atob(base64), (char) => char.codePointAt(0) ?? 0);
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/pdf' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads the address after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
