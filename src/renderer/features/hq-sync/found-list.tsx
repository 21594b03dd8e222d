/** What was found in the sync and wants a person. A row opens both sides of it. */
import { IconChevronRight } from '@tabler/icons-react';
import { type ComponentProps, type ReactNode, useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { ListRow } from '../../ui/list-frame.tsx';
import { PagedList } from '../../ui/paged-list.tsx';

export function FoundList<T extends { readonly id: string }>({
  pages,
  found,
  empty,
  className,
  columns,
  cells,
  drawer,
}: {
  readonly pages: ComponentProps<typeof PagedList>['pages'];
  readonly found: readonly T[];
  readonly empty: ReactNode;
  readonly className: string | undefined;
  /** A `span` a column. */
  readonly columns: ReactNode;
  readonly cells: (one: T) => ReactNode;
  readonly drawer: (one: T, onClose: () => void) => ReactNode;
}) {
  const t = useText();
  // Kept whole: one that is settled leaves the list while it is still being looked at.
  const [open, setOpen] = useState<T>();
  return (
    <>
      <PagedList
        pages={pages}
        empty={empty}
        className={className}
        head={
          <>
            {columns}
            <span />
          </>
        }
        more={t('sync:hq.more')}
        last={t('sync:hq.last')}
      >
        {found.map((one) => (
          <li key={one.id}>
            <ListRow aria-haspopup="dialog" data-open={one.id === open?.id || undefined} onClick={() => setOpen(one)}>
              {cells(one)}
              <IconChevronRight className="pk-mirror" size={20} aria-hidden />
            </ListRow>
          </li>
        ))}
      </PagedList>
      {open ? drawer(open, () => setOpen(undefined)) : null}
    </>
  );
}
