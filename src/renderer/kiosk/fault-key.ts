/** Which of the few sentences a stranger needs stands for a code. Staff read the exact one in `error-text.ts`. */
import type { ErrorCode } from '#shared/kernel/errors.ts';

export type FaultKey = 'provider' | 'register' | 'expired' | 'general';

export function faultKey(code: ErrorCode): FaultKey {
  switch (code) {
    case 'payments.provider_unavailable':
    case 'device.server_unreachable':
      return 'provider';
    case 'fiscal.register_not_configured':
    case 'fiscal.register_unavailable':
    case 'catalogue.item_not_found':
      return 'register';
    case 'visits.expired':
    case 'visits.not_found':
      return 'expired';
    default:
      return 'general';
  }
}
