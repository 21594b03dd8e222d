/** The partner's kiosks by name, page after page: where they stand and how they are. A row opens what may be done. */
import { UnstyledButton } from '@mantine/core';
import { IconChevronRight, IconDeviceTablet } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { PartnerKiosk } from '#shared/partner/partner.api.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { type PartnerKiosksFilter, usePartner } from '../../app/partner.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { ListEnd } from '../../ui/list-frame.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { NothingFound } from '../../ui/nothing-found.tsx';
import { KioskFilters } from './kiosk-filters.tsx';
import { KioskTags } from './kiosk-tags.tsx';
import { inTrouble, kiosksQuery } from './kiosks.queries.ts';
import classes from './kiosks-list.module.css';

/** More than this are not taken in at a glance. */
const FEW = 8;

export function KiosksList({
  filter,
  refetchInterval,
  onFilter,
  onOpen,
}: {
  readonly filter: PartnerKiosksFilter;
  readonly refetchInterval: number | false;
  readonly onFilter: (filter: PartnerKiosksFilter) => void;
  readonly onOpen: (id: string) => void;
}) {
  const t = useText();
  const pages = useInfiniteQuery({ ...kiosksQuery(usePartner(), filter), refetchInterval });
  const kiosks = pages.data?.pages.flatMap((page) => page.kiosks) ?? [];
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <>
      {isFiltered || kiosks.length > FEW ? <KioskFilters filter={filter} onFilter={onFilter} /> : null}
      {pages.isPending ? (
        <LoadingState />
      ) : pages.isError && !pages.data ? (
        <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
      ) : kiosks.length === 0 && isFiltered ? (
        <NothingFound
          title={t('partner:kiosks.nothing')}
          clear={t('partner:orders.clear')}
          onClear={() => onFilter({})}
        />
      ) : kiosks.length === 0 ? (
        <EmptyState icon={IconDeviceTablet} title={t('partner:kiosks.empty')} text={t('partner:kiosks.empty_text')} />
      ) : (
        <>
          <ul className={classes.kiosks}>
            {kiosks.map((kiosk) => (
              <Row key={kiosk.id} kiosk={kiosk} onOpen={() => onOpen(kiosk.id)} />
            ))}
          </ul>
          {pages.hasNextPage ? (
            <ListEnd pages={pages} more={t('partner:orders.more')} last={t('partner:orders.last')} />
          ) : null}
        </>
      )}
    </>
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
