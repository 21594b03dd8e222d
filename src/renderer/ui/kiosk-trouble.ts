import { isKioskTrouble } from '#shared/kiosk/troubles.ts';
import { useText } from '../app/i18n/i18n.ts';

/** What a kiosk complained of, in words where the code is one of ours; else the code that its instrument gave. */
export function useTroubleText(): (code: string) => string {
  const t = useText();
  return (code) => (isKioskTrouble(code) ? t(`partner:kiosk.trouble.${code}`) : t('partner:kiosks.error', { code }));
}
