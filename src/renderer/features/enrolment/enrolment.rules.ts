import { z } from 'zod';
import { EnrolmentCode } from '#shared/devices/devices.schema.ts';

export interface EnrolmentDraft {
  readonly serverUrl: string;
  readonly code: string;
}

const ServerUrl = z.url({ protocol: /^https?$/ });

/** Upper case, nothing but letters and digits, a dash in the middle: as the code is shown to the administrator. */
export function formatCode(typed: string): string {
  const letters = typed
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, 8);
  return letters.length > 4 ? `${letters.slice(0, 4)}-${letters.slice(4)}` : letters;
}

export type DraftReading =
  | { readonly ok: true; readonly value: EnrolmentDraft }
  | { readonly ok: false; readonly wrong: readonly (keyof EnrolmentDraft)[] };

/** A host without a scheme is taken for https; trailing slashes go. */
export function readDraft(draft: EnrolmentDraft): DraftReading {
  const typed = draft.serverUrl.trim().replace(/\/+$/, '');
  const serverUrl = ServerUrl.safeParse(typed.includes('://') ? typed : `https://${typed}`);
  const code = EnrolmentCode.safeParse(draft.code);
  if (serverUrl.success && code.success) return { ok: true, value: { serverUrl: serverUrl.data, code: code.data } };
  return {
    ok: false,
    wrong: [...(serverUrl.success ? [] : ['serverUrl' as const]), ...(code.success ? [] : ['code' as const])],
  };
}
