/** The left column: what can be sold. Type and press Enter, or tap a tile; a scanner needs neither. */
import { TextInput, UnstyledButton } from '@mantine/core';
import { IconSearch, IconSearchOff, IconStar } from '@tabler/icons-react';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, memo, type Ref, useCallback, useEffect, useRef, useState } from 'react';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { KeyHint } from '../../ui/key-hint.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Money } from '../../ui/money.tsx';
import { continues } from './find.rules.ts';
import classes from './find-panel.module.css';
import { ItemIcon } from './item-icon.tsx';

/** More than anybody reads before typing another letter. */
const RESULTS = 30;

/** Undefined is the favourites. */
type Category = string | undefined;

/** Drawn again by what happens in it, and not by every line of the receipt beside it: `onPick` must be the same one. */
export const FindPanel = memo(function FindPanel({
  searchRef,
  disabled,
  onPick,
}: {
  readonly searchRef: Ref<HTMLInputElement>;
  readonly disabled: boolean;
  readonly onPick: (item: CatalogueItem) => void;
}) {
  const t = useText();
  const api = useApi();
  const [text, setText] = useState('');
  const [category, setCategory] = useState<Category>();
  const [at, setAt] = useState(0);
  const isSearch = text.trim() !== '';
  const categories = useQuery(api.catalogue.categories.queryOptions());
  const shelf = useQuery(
    api.catalogue.search.queryOptions({
      input: category === undefined ? { favourite: true, limit: 60 } : { category, limit: 200 },
      placeholderData: keepPreviousData,
    }),
  );
  const queryClient = useQueryClient();
  const wanted = (next: string) =>
    api.catalogue.search.queryOptions({ input: { text: next, limit: RESULTS }, meta: { text: next } });
  // An answer belongs to its question: one that comes late is kept for when it is asked again, and is not shown now.
  const found = useQuery({
    ...wanted(text),
    enabled: isSearch,
    placeholderData: (before, query) => (continues(query?.meta?.['text'], text) ? before : undefined),
  });
  const items = found.data ?? [];
  const marked = items[Math.min(at, items.length - 1)];
  /** The tiles stay until there is something to show instead of them. */
  const showsFound = isSearch && !found.isPending;
  const type = (next: string) => {
    setText(next);
    setAt(0);
  };
  const pick = (item: CatalogueItem) => {
    onPick(item);
    type('');
  };
  const pickNow = useRef(pick);
  useEffect(() => {
    pickNow.current = pick;
  });
  // One for ever, so that the tiles are not drawn again with every key.
  const pickTile = useCallback((item: CatalogueItem) => pickNow.current(item), []);
  /** Enter was quicker than the answer: it takes the first of what was typed, unless more was typed meanwhile. */
  const typed = useRef(text);
  useEffect(() => {
    typed.current = text;
  });
  const pickFirst = async () => {
    const [first] = await queryClient.fetchQuery(wanted(text));
    if (first && typed.current === text) pick(first);
  };
  const listen = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && text !== '') {
      event.preventDefault();
      type('');
    } else if (text.trim() === '') return;
    else if (event.key === 'Enter') {
      event.preventDefault();
      // A fault shows in the place of the list.
      if (found.isPending || found.isPlaceholderData) pickFirst().catch(() => undefined);
      else if (marked) pick(marked);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setAt(Math.min(Math.max(at + (event.key === 'ArrowDown' ? 1 : -1), 0), Math.max(0, items.length - 1)));
    }
  };
  return (
    <section
      className={classes.panel}
      aria-label={t('cashier:find.title')}
      aria-busy={isSearch && (found.isPending || found.isPlaceholderData)}
    >
      <TextInput
        ref={searchRef}
        classNames={{ input: classes.search ?? '' }}
        leftSection={<IconSearch size={22} aria-hidden />}
        leftSectionWidth={48}
        rightSection={<KeyHint keys="F2" />}
        rightSectionWidth={56}
        placeholder={t('cashier:find.placeholder')}
        aria-label={t('cashier:find.placeholder')}
        // The list below is drawn by us: rows have an icon and a price, which no <datalist> can show.
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="combobox"
        aria-expanded={isSearch}
        aria-controls="found"
        aria-activedescendant={isSearch && marked ? `found-${marked.id}` : undefined}
        autoComplete="off"
        spellCheck={false}
        value={text}
        disabled={disabled}
        onChange={(event) => type(event.currentTarget.value)}
        onKeyDown={listen}
        data-screen-keys
      />
      <Categories names={categories.data} chosen={category} hidden={showsFound} onChoose={setCategory} />
      {showsFound ? (
        found.isError ? (
          <ErrorState error={found.error} onRetry={() => void found.refetch()} />
        ) : items.length === 0 ? (
          <EmptyState icon={IconSearchOff} title={t('cashier:find.nothing')} text={t('cashier:find.nothing_text')} />
        ) : (
          <Results items={items} marked={marked?.id} disabled={disabled} onPick={pick} />
        )
      ) : null}
      {/* Hidden and not taken away: a scanner begins a search with its first keys and ends it with its last. */}
      <div className={classes.shelf} hidden={showsFound}>
        {shelf.isPending ? (
          <LoadingState />
        ) : shelf.isError ? (
          <ErrorState error={shelf.error} onRetry={() => void shelf.refetch()} />
        ) : shelf.data.length === 0 ? (
          <EmptyState icon={IconStar} title={t('cashier:find.empty')} text={t('cashier:find.empty_text')} />
        ) : (
          <Tiles items={shelf.data} disabled={disabled} onPick={pickTile} />
        )}
      </div>
    </section>
  );
});

const Tiles = memo(function Tiles({
  items,
  disabled,
  onPick,
}: {
  readonly items: readonly CatalogueItem[];
  readonly disabled: boolean;
  readonly onPick: (item: CatalogueItem) => void;
}) {
  return (
    <div className={classes.tiles}>
      {items.map((item) => (
        <UnstyledButton key={item.id} className={classes.tile} disabled={disabled} onClick={() => onPick(item)}>
          <span className={classes.icon}>
            <ItemIcon item={item} />
          </span>
          <bdi className={classes.tileName}>{item.shortName ?? item.name}</bdi>
          <Money minor={item.priceMinor} short className={classes.price ?? ''} />
        </UnstyledButton>
      ))}
    </div>
  );
});

const Categories = memo(function Categories({
  names,
  chosen,
  hidden,
  onChoose,
}: {
  readonly names: readonly string[] | undefined;
  readonly chosen: Category;
  readonly hidden: boolean;
  readonly onChoose: (category: Category) => void;
}) {
  const t = useText();
  return (
    <fieldset className={classes.categories} aria-label={t('cashier:find.categories')} hidden={hidden}>
      <CategoryButton chosen={chosen === undefined} onChoose={() => onChoose(undefined)}>
        {t('cashier:find.favourites')}
      </CategoryButton>
      {names?.map((one) => (
        <CategoryButton key={one} chosen={chosen === one} onChoose={() => onChoose(one)}>
          {one}
        </CategoryButton>
      ))}
    </fieldset>
  );
});

function CategoryButton({
  chosen,
  onChoose,
  children,
}: {
  readonly chosen: boolean;
  readonly onChoose: () => void;
  readonly children: string;
}) {
  return (
    <UnstyledButton className={classes.category} aria-pressed={chosen} onClick={onChoose}>
      {children}
    </UnstyledButton>
  );
}

function Results({
  items,
  marked,
  disabled,
  onPick,
}: {
  readonly items: readonly CatalogueItem[];
  readonly marked: string | undefined;
  readonly disabled: boolean;
  readonly onPick: (item: CatalogueItem) => void;
}) {
  const t = useText();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [marked]);
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- see the combobox above
    <div ref={list} className={classes.results} role="listbox" id="found" aria-label={t('cashier:find.results')}>
      {items.map((item) => (
        <button
          type="button"
          key={item.id}
          id={`found-${item.id}`}
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- see the combobox above
          role="option"
          aria-selected={item.id === marked}
          tabIndex={-1}
          className={classes.result}
          disabled={disabled}
          onClick={() => onPick(item)}
        >
          <span className={classes.icon}>
            <ItemIcon item={item} size={22} />
          </span>
          <span className={classes.words}>
            <bdi className={classes.name}>{item.name}</bdi>
            <span className={classes.sku}>{item.sku}</span>
          </span>
          <Money minor={item.priceMinor} short />
        </button>
      ))}
    </div>
  );
}
