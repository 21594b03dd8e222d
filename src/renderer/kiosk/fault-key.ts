/** Which of the few sentences a stranger needs stands for a code. Staff read the exact one in `error-text.ts`. */
import type { ErrorCode } from '#shared/kernel/errors.ts';

export type FaultKey = 'provider' | 'register' | 'expired' | 'sentEnough' | 'storage' | 'picture' | 'general';

const KEYS: Partial<Record<ErrorCode, FaultKey>> = {
  'payments.provider_unavailable': 'provider',
  'device.server_unreachable': 'provider',
  'fiscal.register_not_configured': 'register',
  'fiscal.register_unavailable': 'register',
  'catalogue.item_not_found': 'register',
  'visits.out_of_order': 'register',
  'visits.expired': 'expired',
  'visits.not_found': 'expired',
  'reports.sent_enough': 'sentEnough',
  'photos.no_room': 'storage',
  'photos.bad_picture': 'picture',
  'blobs.type_refused': 'picture',
  'app.too_large': 'picture',
};

export const faultKey = (code: ErrorCode): FaultKey => KEYS[code] ?? 'general';
