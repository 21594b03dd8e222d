/** The partner's kiosks: where they stand and how they are. A row opens what may be done. */
import { UnstyledButton } from '@mantine/core';
import { IconChevronRight, IconDeviceTablet } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { PartnerKiosk } from '#shared/partner/partner.api.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { usePartner } from '../../app/partner.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { KioskTags } from './kiosk-tags.tsx';
import { inTrouble, kiosksQuery } from './kiosks.queries.ts';
import classes from './kiosks-list.module.css';

export function KiosksList({
  refetchInterval,
  onOpen,
}: {
  readonly refetchInterval: number | false;
  readonly onOpen: (id: string) => void;
}) {
  const t = useText();
  const kiosks = useQuery({ ...kiosksQuery(usePartner()), refetchInterval });
  if (kiosks.isPending) return <LoadingState />;
  if (kiosks.isError && !kiosks.data) return <ErrorState error={kiosks.error} onRetry={() => void kiosks.refetch()} />;
  if (kiosks.data.length === 0) {
    return (
      <EmptyState icon={IconDeviceTablet} title={t('partner:kiosks.empty')} text={t('partner:kiosks.empty_text')} />
    );
  }
  return (
    <ul className={classes.kiosks}>
      {kiosks.data.map((kiosk) => (
        <Row key={kiosk.id} kiosk={kiosk} onOpen={() => onOpen(kiosk.id)} />
      ))}
    </ul>
  );
}

function Row({ kiosk, onOpen }: { readonly kiosk: PartnerKiosk; readonly onOpen: () => void }) {
  const t = useText();
  return (
    <li className={classes.row} data-trouble={inTrouble(kiosk) || undefined}>
      <span className={classes.icon}>
        <IconDeviceTablet size={24} stroke={1.75} aria-hidden />
      </span>
      <span className={classes.name}>
        <UnstyledButton
          className={classes.open}
          onClick={onOpen}
          aria-label={t('partner:kiosks.details', { name: kiosk.name })}
        >
          <bdi>{kiosk.name}</bdi>
        </UnstyledButton>
        <small>
          <bdi>{kiosk.location}</bdi>
        </small>
      </span>
      <span className={classes.language}>{t(`partner:kiosk.language_name.${kiosk.settings.defaultLanguage}`)}</span>
      <span className={classes.state}>
        <KioskTags kiosk={kiosk} />
      </span>
      <IconChevronRight size={20} className="pk-mirror" aria-hidden />
    </li>
  );
}
