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
  const until = number('retryAt');
  const READ: Partial<Record<ErrorCode, Refusal>> = {
    'codes.invalid': { kind: 'wrong', left: number('attemptsLeft') },
    'staff.pin_wrong': { kind: 'wrong', left: undefined },
    'codes.already_used': { kind: 'used' },
    'codes.need_connection': { kind: 'needs_connection' },
    'codes.locked': { kind: 'locked', until },
    'staff.locked': { kind: 'locked', until },
  };
  return READ[code] ?? { kind: 'other' };
}
