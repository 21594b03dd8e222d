import { useQuery } from '@tanstack/react-query';
import { useText } from '../app/i18n/i18n.ts';
import { useApi } from '../app/rpc.tsx';

/** Whom a guest may call when the kiosk does not do what it should; nothing when nobody was named. */
export function SupportLine() {
  const t = useText();
  const contact = useQuery(useApi().device.info.queryOptions()).data?.supportContact;
  if (contact === undefined) return null;
  return (
    <span>
      {t('kiosk:support')} <bdi>{contact}</bdi>
    </span>
  );
}
