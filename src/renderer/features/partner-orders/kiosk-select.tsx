/** Chooses one of the partner's kiosks: a few from a list, of very many by typing a part of the name. */
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { usePartner } from '../../app/partner.tsx';
import { FilterSelect } from '../../ui/filter-bar.tsx';
import { kioskNameQuery, kioskNamesQuery } from './orders.queries.ts';

const PAUSE_MS = 250;
/** More than this are not chosen among without typing. */
const FEW = 10;

export function KioskSelect({
  kioskId,
  onKiosk,
}: {
  readonly kioskId: string | undefined;
  readonly onKiosk: (id: string | null) => void;
}) {
  const t = useText();
  const source = usePartner();
  const all = useQuery(kioskNamesQuery(source, ''));
  const isWhole = all.data?.isWhole ?? true;
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed.trim(), PAUSE_MS);
  const found = useQuery(kioskNamesQuery(source, isWhole ? '' : q)).data?.kiosks ?? [];
  const isKnown = kioskId === undefined || found.some(({ id }) => id === kioskId);
  const chosen = useQuery({ ...kioskNameQuery(source, kioskId ?? ''), enabled: !isKnown }).data;
  if ((all.data?.kiosks.length ?? 0) <= 1) return null;
  const shown = isKnown || chosen === undefined ? found : [chosen, ...found];
  return (
    <FilterSelect
      width="middle"
      aria-label={t('partner:order.kiosk')}
      placeholder={t('partner:orders.any_kiosk')}
      clearable
      searchable={!isWhole || found.length > FEW}
      onSearchChange={setTyped}
      onDropdownOpen={() => setTyped('')}
      value={kioskId ?? null}
      onChange={onKiosk}
      data={shown.map(({ id, name }) => ({ value: id, label: name }))}
    />
  );
}
