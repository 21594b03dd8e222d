/**
 * A list whose rows open, live and as long as it may be. Lists with rows that open are not tables to a screen reader; the head
 * is for eyes. The class of the frame sets `--list-columns`, `--list-areas` (a narrow screen) and `--list-row` (its least height).
 */
import { Button, UnstyledButton } from '@mantine/core';
import { type ComponentPropsWithoutRef, type ReactNode, useEffect, useRef } from 'react';
import { ErrorLine } from './error-state.tsx';
import classes from './list-frame.module.css';

export function ListFrame({
  className,
  head,
  children,
  end,
}: {
  readonly className: string | undefined;
  /** A `span` a column; `data-end` for those that end where their numbers do. */
  readonly head?: ReactNode;
  /** An `li` a row. */
  readonly children: ReactNode;
  readonly end?: ReactNode;
}) {
  return (
    <div className={`${classes.frame ?? ''} ${className ?? ''}`}>
      {head === undefined ? null : (
        <div className={classes.head} aria-hidden>
          {head}
        </div>
      )}
      <ul className={classes.rows}>{children}</ul>
      {end}
    </div>
  );
}

/** What is pressed to open a row: its cells, and last of them an arrow. */
export function ListRow({
  className,
  ...rest
}: ComponentPropsWithoutRef<'button'> & { readonly 'data-open'?: true | undefined }) {
  return <UnstyledButton {...rest} className={`${classes.row ?? ''} ${className ?? ''}`} />;
}

/** The part of an infinite query that the end of its list needs. */
interface Pages {
  readonly error: unknown;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly isFetchNextPageError: boolean;
  readonly fetchNextPage: () => unknown;
}

/** The next page while there is one, and that there are no more after it. */
export function ListEnd({
  pages,
  more,
  last,
}: {
  readonly pages: Pages;
  readonly more: string;
  readonly last: string;
}) {
  return (
    <>
      {pages.isFetchNextPageError ? <ErrorLine error={pages.error} /> : null}
      {pages.hasNextPage ? (
        <More text={more} isLoading={pages.isFetchingNextPage} onMore={() => void pages.fetchNextPage()} />
      ) : (
        <p className={classes.last}>{last}</p>
      )}
    </>
  );
}

/** Loads the next page when it comes into sight; the button is for keyboards, and for when it did not work. */
function More({
  text,
  isLoading,
  onMore,
}: {
  readonly text: string;
  readonly isLoading: boolean;
  readonly onMore: () => void;
}) {
  const edge = useRef<HTMLDivElement>(null);
  const more = useRef(onMore);
  useEffect(() => {
    more.current = onMore;
  });
  useEffect(() => {
    if (!edge.current || isLoading) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) more.current();
      },
      { rootMargin: '400px' },
    );
    observer.observe(edge.current);
    return () => observer.disconnect();
  }, [isLoading]);
  return (
    <div ref={edge} className={classes.more}>
      <Button variant="subtle" color="gray" loading={isLoading} onClick={onMore}>
        {text}
      </Button>
    </div>
  );
}
