/** Kiosks that stand still, said where their partner looks all day. Nothing while all is well. */
import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useText } from '../../app/i18n/i18n.ts';
import { usePartner } from '../../app/partner.tsx';
import { useTroubleText } from '../../ui/kiosk-trouble.ts';
import { Notice } from '../../ui/notice.tsx';
import classes from './kiosk-troubles.module.css';
import { troublesQuery } from './kiosks.queries.ts';

/** More are a page of their own. */
const MOST = 3;

export function KioskTroubles({
  refetchInterval,
  onOpen,
}: {
  readonly refetchInterval: number | false;
  readonly onOpen: (id: string) => void;
}) {
  const t = useText();
  const trouble = useTroubleText();
  const kiosks = useQuery({ ...troublesQuery(usePartner()), refetchInterval });
  const broken = kiosks.data?.filter(({ status }) => status === 'error') ?? [];
  return broken.slice(0, MOST).map((kiosk) => (
    <Notice
      key={kiosk.id}
      tone="bad"
      icon={IconAlertTriangle}
      action={
        <Button variant="default" onClick={() => onOpen(kiosk.id)}>
          {t('partner:kiosks.trouble_open')}
        </Button>
      }
    >
      <strong className={classes.name}>
        <bdi>{kiosk.name}</bdi>
      </strong>
      {kiosk.lastErrorCode === null
        ? t('partner:kiosks.status.error')
        : t('partner:kiosks.trouble', { trouble: trouble(kiosk.lastErrorCode) })}
    </Notice>
  ));
}
