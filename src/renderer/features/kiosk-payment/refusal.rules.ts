/** What a refused code or PIN means to whoever typed it. */
import type { ErrorCode } from '#shared/kernel/errors.ts';

export type Refusal =
  | { readonly kind: 'wrong'; readonly left: number | undefined }
  | { readonly kind: 'used' }
  | { readonly kind: 'needs_connection' }
  /** Nothing helps until then, Unix ms. */
  | { readonly kind: 'locked'; readonly until: number | undefined }
  /** Not of the digits. */
  | { readonly kind: 'other' };

export function readRefusal({
  code,
  params,
}: {
  readonly code: ErrorCode;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}): Refusal {
  const number = (name: string): number | undefined => {
    const value = params?.[name];
    return typeof value === 'number' ? value : undefined;
  };
  switch (code) {
    case 'codes.invalid':
    case 'staff.pin_wrong':
      return { kind: 'wrong', left: number('attemptsLeft') };
    case 'codes.already_used':
      return { kind: 'used' };
    case 'codes.need_connection':
      return { kind: 'needs_connection' };
    case 'codes.locked':
    case 'staff.locked':
      return { kind: 'locked', until: number('retryAt') };
    default:
      return { kind: 'other' };
  }
}
