/** Who is calling, decided from facts that a page cannot forge. */
import type { WebContents, WebFrameMain } from 'electron';
import type { Mode } from '#shared/kernel/mode.ts';
import { isOwnAddress } from './origin.ts';

/** What Electron says of the sender of a message; `IpcMainEvent` fits. */
export interface SenderFacts {
  readonly senderFrame: Pick<WebFrameMain, 'url' | 'parent' | 'detached'> | null;
  readonly sender: Pick<WebContents, 'id'>;
}

export type SenderRefusal = 'frame_gone' | 'sub_frame' | 'foreign_origin' | 'unknown_window';
export type SenderVerdict =
  | { readonly trusted: true; readonly mode: Mode }
  | { readonly trusted: false; readonly why: SenderRefusal };

/**
 * Three checks: the main frame, on our own origin, of a window that we opened. The mode is the window's, never an argument.
 *
 * @param modeOf the mode of a window we opened, by the id of its web contents
 */
export function checkSender(event: SenderFacts, modeOf: (webContentsId: number) => Mode | undefined): SenderVerdict {
  // Read first and once: it turns null as soon as the frame has navigated away.
  const frame = event.senderFrame;
  if (frame === null || frame.detached) return refuse('frame_gone');
  if (frame.parent !== null) return refuse('sub_frame');
  if (!isOwnAddress(frame.url)) return refuse('foreign_origin');
  const mode = modeOf(event.sender.id);
  return mode === undefined ? refuse('unknown_window') : { trusted: true, mode };
}

const refuse = (why: SenderRefusal): SenderVerdict => ({ trusted: false, why });
