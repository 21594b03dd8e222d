/** The currency desk: what its owner has, a sale by hand, what phones ask for. Who is not signed in signs in here. */
import { Button, SegmentedControl } from '@mantine/core';
import { IconCloudOff, IconHelpHexagon, IconLogout, IconWallet } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { DeskState } from '#shared/rpc/exchange.contract.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useDeviceClient } from '../../app/rpc.tsx';
import { useShopFormat } from '../../app/shop.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorLine, ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { AssetList } from './asset-list.tsx';
import { useDeskState, useMoney } from './exchange.queries.ts';
import classes from './exchange-page.module.css';
import { HandledList } from './handled-list.tsx';
import { HistoryList } from './history-list.tsx';
import { ListeningBar } from './listening-bar.tsx';
import { Portfolio } from './portfolio.tsx';
import { useSaleStore } from './sale.store.ts';
import { SaleDialog } from './sale-dialog.tsx';
import { SellForm } from './sell-form.tsx';
import { SignIn } from './sign-in.tsx';

const TABS = ['assets', 'history', 'commands'] as const;
type Tab = (typeof TABS)[number];

export function ExchangePage({ newId }: { readonly newId: () => string }) {
  const t = useText();
  const client = useDeviceClient();
  const desk = useDeskState();
  const signOut = useMutation({ mutationFn: () => client.exchange.signOut() });
  if (desk.isPending) return <LoadingState />;
  if (desk.isError) return <ErrorState error={desk.error} onRetry={() => void desk.refetch()} />;
  const { user } = desk.data;
  return (
    <div className={classes.page}>
      <PageHeader
        title={t('exchange:title')}
        subtitle={
          user === undefined ? undefined : (
            <>
              <bdi>{user.name}</bdi> · <bdi>{user.email}</bdi>
            </>
          )
        }
        actions={
          user === undefined ? undefined : (
            <Button
              variant="default"
              loading={signOut.isPending}
              leftSection={<IconLogout size={20} aria-hidden />}
              onClick={() => signOut.mutate()}
            >
              {t('exchange:sign_out')}
            </Button>
          )
        }
      />
      {signOut.error ? <ErrorLine error={signOut.error} /> : null}
      {signOut.data?.isServerTold === false && user === undefined ? (
        <Notice tone="warn" icon={IconCloudOff}>
          {t('exchange:sign_out_untold')}
        </Notice>
      ) : null}
      <ListeningBar desk={desk.data} />
      {user === undefined ? (
        <SignIn desk={desk.data} />
      ) : (
        // Another owner begins with an empty form.
        <Desk key={user.email} desk={desk.data} newId={newId} />
      )}
    </div>
  );
}

function Desk({ desk, newId }: { readonly desk: DeskState; readonly newId: () => string }) {
  const t = useText();
  const [tab, setTab] = useState<Tab>('assets');
  const [choice, setChoice] = useState<{ readonly assetId: string; readonly of: string | undefined }>();
  const { sale, isPutOff, suggestion: suggested, putOff, end } = useSaleStore();
  const suggestion = suggested?.commandId === desk.incoming?.id ? suggested : undefined;
  // What the phone asks for stands before what was chosen earlier.
  const assetId = choice?.of === suggestion?.commandId ? choice?.assetId : suggestion?.assetId;
  const { dashboard, overview, history } = useMoney(desk, { history: tab === 'history' });
  // What was typed outlives an answer that did not come.
  if (overview.data === undefined && overview.isError) {
    return <ErrorState error={overview.error} onRetry={() => void overview.refetch()} />;
  }
  if (overview.data === undefined || dashboard.isPending) return <LoadingState />;
  const { value, isFresh } = overview.data;
  const asset = value.holdings.find((one) => one.assetId === (assetId ?? suggestion?.assetId)) ?? value.holdings[0];
  const isOffline = !isFresh || overview.isError || desk.link !== 'ok';
  const isUnclear = sale?.phase.is === 'unclear';
  return (
    <>
      {isOffline ? <StaleNotice asOf={overview.data.asOf} /> : null}
      {isUnclear && isPutOff ? (
        <Notice
          tone="warn"
          icon={IconHelpHexagon}
          role="alert"
          action={
            <Button variant="default" onClick={() => putOff(false)}>
              {t('exchange:sale.look')}
            </Button>
          }
        >
          {t('exchange:sale.unclear')}
        </Notice>
      ) : null}
      <div className={classes.columns}>
        <div className={classes.side}>
          {dashboard.data === undefined ? (
            <ErrorLine error={dashboard.error} />
          ) : (
            <Portfolio dashboard={dashboard.data.value} />
          )}
          <SegmentedControl
            value={tab}
            onChange={(next) => setTab(TABS.find((one) => one === next) ?? 'assets')}
            data={TABS.map((one) => ({ value: one, label: t(`exchange:tab.${one}`) }))}
            aria-label={t('exchange:tab.label')}
          />
          <ScrollRegion label={t(`exchange:tab.${tab}`)} className={classes.list}>
            {tab === 'assets' ? (
              asset === undefined ? (
                <Nothing />
              ) : (
                <AssetList
                  assets={value.holdings}
                  chosenId={asset.assetId}
                  onChoose={(id) => setChoice({ assetId: id, of: suggestion?.commandId })}
                />
              )
            ) : tab === 'commands' ? (
              <HandledList handled={desk.handled} />
            ) : (
              <Answered query={history}>
                {(said) => (
                  <>
                    {said.isFresh ? null : <StaleNotice asOf={said.asOf} />}
                    <HistoryList transactions={said.value} />
                  </>
                )}
              </Answered>
            )}
          </ScrollRegion>
        </div>
        {asset === undefined ? null : (
          <SellForm
            // What was typed belongs to one asset, one suggestion, one sale.
            key={`${asset.assetId} ${suggestion?.commandId ?? ''} ${sale?.phase.is === 'sold' ? sale.key : ''}`}
            asset={asset}
            suggestion={suggestion}
            isOffline={isOffline}
            newId={newId}
          />
        )}
      </div>
      {sale === undefined || isPutOff ? null : (
        <SaleDialog
          sale={sale}
          clockOffsetMs={desk.clockOffsetMs}
          onClose={() => {
            // A command's sale is looked into by the desk itself; one by hand waits for its answer.
            if (isUnclear && sale.commandId === undefined) putOff(true);
            else end();
          }}
        />
      )}
    </>
  );
}

/** A part that has its own answer. */
function Answered<T>({
  query,
  children,
}: {
  readonly query: {
    readonly data: T | undefined;
    readonly error: unknown;
    readonly isError: boolean;
    readonly refetch: () => unknown;
  };
  readonly children: (said: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  return query.isError ? <ErrorState error={query.error} onRetry={() => void query.refetch()} /> : <LoadingState />;
}

function StaleNotice({ asOf }: { readonly asOf: number }) {
  const t = useText();
  const format = useShopFormat();
  return (
    <Notice tone="warn" icon={IconCloudOff}>
      {t('exchange:stale', { time: format.dateTime(asOf) })}
    </Notice>
  );
}

function Nothing() {
  const t = useText();
  return <EmptyState icon={IconWallet} title={t('exchange:assets.empty')} text={t('exchange:assets.empty_text')} />;
}
