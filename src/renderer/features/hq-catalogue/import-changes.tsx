import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { HqChangeKind, HqImport, HqImportChanges } from '#shared/hq/catalogue.api.ts';
import { useHq } from '../../app/hq.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Money } from '../../ui/money.tsx';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { changesQuery } from './catalogue.queries.ts';
import { pricesIn } from './import.rules.ts';
import classes from './import-table.module.css';

export function ImportChanges({ of, kind }: { readonly of: HqImport; readonly kind: HqChangeKind | undefined }) {
  const t = useText();
  const hq = useHq();
  const found = useInfiniteQuery(changesQuery(hq, of.id, kind));
  if (found.isPending) return <LoadingState />;
  if (found.isError && !found.data) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  const rows = found.data.pages.flatMap((page) => page.changes);
  const shopNames = new Map(of.shops.map((shop) => [shop.shopId, shop.shopName]));
  return (
    <ScrollRegion className={classes.scroll} label={t('goods:preview.label')}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('goods:item.name')}</th>
            <th scope="col">{t('goods:preview.what')}</th>
            <th scope="col">{t('goods:item.price')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.nth}>
              <td>
                <span className={classes.what}>
                  <Was before={row.before?.name} after={row.after.name} />
                  <small>
                    <bdi>{row.after.sku}</bdi>
                    {shopNames.size > 1 ? (
                      <>
                        {' • '}
                        <bdi>{shopNames.get(row.shopId)}</bdi>
                      </>
                    ) : null}
                  </small>
                </span>
              </td>
              <td>
                {t(`goods:one.${row.kind}`)}
                {row.kind === 'changed' ? (
                  <small>
                    {' '}
                    {membersOf(row)
                      .map((one) => t(`goods:member.${one}`))
                      .join(', ')}
                  </small>
                ) : null}
              </td>
              <td className={classes.money}>
                <Prices {...pricesIn(row)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.hasNextPage ? (
        <div className={classes.more}>
          <Button
            variant="subtle"
            color="gray"
            loading={found.isFetchingNextPage}
            onClick={() => void found.fetchNextPage()}
          >
            {t('goods:list.load_more')}
          </Button>
        </div>
      ) : null}
    </ScrollRegion>
  );
}

function Prices({ was, is }: ReturnType<typeof pricesIn>) {
  return (
    <>
      {was === undefined ? null : <Money minor={was} className={classes.was ?? ''} />}
      <Money minor={is} />
    </>
  );
}

function Was({ before, after }: { readonly before: string | undefined; readonly after: string }) {
  return (
    <span>
      {before !== undefined && before !== after ? <s className={classes.was}>{before}</s> : null}
      <bdi>{after}</bdi>
    </span>
  );
}

/** Members that a table can change, in the order they are told. */
const MEMBERS = [
  'name',
  'priceMinor',
  'sku',
  'barcode',
  'shortName',
  'category',
  'vat',
  'unit',
  'paymentObject',
  'favourite',
  'active',
] as const;

const membersOf = ({ before, after }: HqImportChanges['changes'][number]) =>
  before === undefined ? [] : MEMBERS.filter((member) => before[member] !== after[member]);
