/** `/clients?tab=…&q=…`: the list, with what is looked for in the address. */
import { useNavigate, useSearchParams } from 'react-router';
import { ClientTab } from '#shared/clients/clients.schema.ts';
import { FeatureBoundary } from '../app/feature-boundary.tsx';
import { useText } from '../app/i18n/i18n.ts';
import { useManager } from '../app/manager.tsx';
import { ClientList } from '../features/clients/client-list.tsx';
import { LostFiles } from '../features/clients/lost-files.tsx';
import { Frame } from './frame.tsx';
import { useRefetchInterval } from './refetch.ts';

export function ListPage() {
  const t = useText();
  const navigate = useNavigate();
  const { kind } = useManager();
  const refetchInterval = useRefetchInterval();
  const [search, setSearch] = useSearchParams();
  const tab = ClientTab.safeParse(search.get('tab')).data ?? 'new';
  const text = search.get('q') ?? '';
  const show = (next: ClientTab, q: string) => setSearch({ tab: next, ...(q === '' ? {} : { q }) }, { replace: true });
  const open = (id: string) => void navigate(`/clients/${id}`);
  return (
    <Frame title={t('manager:title')}>
      <FeatureBoundary name="clients">
        <ClientList
          tab={tab}
          text={text}
          refetchInterval={refetchInterval}
          notices={kind === 'device' ? <LostFiles onRestored={open} /> : undefined}
          onTab={(next) => show(next, text)}
          onText={(q) => show(tab, q)}
          onOpen={open}
          onBegun={(id) => void navigate(`/clients/${id}/step/1`)}
        />
      </FeatureBoundary>
    </Frame>
  );
}
