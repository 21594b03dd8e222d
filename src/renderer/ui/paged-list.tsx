/** A list that comes in pages: says that it loads, that it failed or is empty, and goes on where it ends. */
import type { ReactElement, ReactNode } from 'react';
import { ErrorState } from './error-state.tsx';
import { ListEnd, ListFrame } from './list-frame.tsx';
import { LoadingState } from './loading-state.tsx';

/** The part of an infinite query that a list of it needs. */
interface PagedQuery {
  readonly data: unknown;
  readonly isPending: boolean;
  readonly isError: boolean;
  readonly error: unknown;
  readonly refetch: () => unknown;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly isFetchNextPageError: boolean;
  readonly fetchNextPage: () => unknown;
}

export function PagedList({
  pages,
  empty,
  className,
  head,
  more,
  last,
  children,
}: {
  readonly pages: PagedQuery;
  /** In place of a list that has no rows. */
  readonly empty: ReactNode;
  readonly className: string | undefined;
  readonly head?: ReactNode;
  /** The button for the next page. */
  readonly more: string;
  /** Under the last of all rows. */
  readonly last: string;
  /** An `li` a row; none while there is no data. */
  readonly children: readonly ReactElement[];
}) {
  if (pages.isPending) return <LoadingState />;
  // What is there already stays on the screen when reading it anew fails.
  if (pages.isError && pages.data === undefined) {
    return <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />;
  }
  if (children.length === 0) return empty;
  return (
    <ListFrame className={className} head={head} end={<ListEnd pages={pages} more={more} last={last} />}>
      {children}
    </ListFrame>
  );
}
