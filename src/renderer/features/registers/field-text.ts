/** A wrong field in words: which, what stands in it, what is allowed. */
import type { Text } from '../../app/i18n/i18n.ts';
import type { FieldFault } from './registers.rules.ts';

export function fieldText(t: Text, fault: FieldFault | undefined, value: string): string | undefined {
  if (fault === undefined) return undefined;
  switch (fault.field) {
    case 'ip':
      return t(`desk:field.ip.${fault.why}`, { value });
    case 'port':
      return t(`desk:field.port.${fault.why}`, { value });
    case 'url':
      return t(`desk:field.url.${fault.why}`, { value });
    case 'token':
      return t(`desk:field.token.${fault.why}`);
  }
}
