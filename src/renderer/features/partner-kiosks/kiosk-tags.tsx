/** How a kiosk is: what it was told to be, and whether it is there. Two facts, two tags. */
import {
  type Icon,
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleFilled,
  IconClockHour4,
  IconPlayerPause,
  IconPointOff,
} from '@tabler/icons-react';
import type { PartnerKiosk } from '#shared/partner/partner.api.ts';
import { useNow } from '../../app/clock.tsx';
import { useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useTroubleText } from '../../ui/kiosk-trouble.ts';
import { StatusTag, type Tone } from '../../ui/status-tag.tsx';
import { type KioskLook, lookOf } from './kiosks.queries.ts';

const STATUSES: Readonly<Record<PartnerKiosk['status'], readonly [Tone, Icon]>> = {
  active: ['good', IconCircleCheck],
  inactive: ['plain', IconPlayerPause],
  error: ['bad', IconAlertTriangle],
};
const LOOKS: Readonly<Record<KioskLook, readonly [Tone, Icon]>> = {
  online: ['good', IconCircleFilled],
  away: ['warn', IconPointOff],
  never: ['plain', IconClockHour4],
};

export function KioskTags({ kiosk }: { readonly kiosk: PartnerKiosk }) {
  const t = useText();
  const trouble = useTroubleText();
  const format = useFormat();
  const now = useNow(30_000);
  const { status, lastErrorCode, lastActiveAt } = kiosk;
  const look = lookOf(kiosk);
  const [tone, icon] = STATUSES[status];
  const [lookTone, lookIcon] = LOOKS[look];
  const seen = lastActiveAt === null ? undefined : format.ago(Date.parse(lastActiveAt), now);
  return (
    <>
      <StatusTag tone={tone} icon={icon}>
        {status === 'error' && lastErrorCode !== null ? trouble(lastErrorCode) : t(`partner:kiosks.status.${status}`)}
      </StatusTag>
      {status !== 'error' && lastErrorCode !== null ? (
        <StatusTag tone="bad" icon={IconAlertTriangle}>
          {trouble(lastErrorCode)}
        </StatusTag>
      ) : null}
      <StatusTag tone={lookTone} icon={lookIcon}>
        {look === 'away' ? t('partner:kiosks.away', { ago: seen }) : t(`partner:kiosks.${look}`)}
      </StatusTag>
    </>
  );
}
