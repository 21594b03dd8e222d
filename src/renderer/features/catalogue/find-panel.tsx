/** The left column: what can be sold. Type and press Enter, or tap a tile; a scanner needs neither. */
import { TextInput, UnstyledButton } from '@mantine/core';
import { IconSearch, IconSearchOff, IconStar } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type Ref, useEffect, useRef, useState } from 'react';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useApi } from '../../app/rpc.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { KeyHint } from '../../ui/key-hint.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { Money } from '../../ui/money.tsx';
import classes from './find-panel.module.css';
import { ItemIcon } from './item-icon.tsx';

/** Undefined is the favourites. */
type Category = string | undefined;

export function FindPanel({
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
  const found = useQuery(
    api.catalogue.search.queryOptions({
      input: isSearch
        ? { text, limit: 60 }
        : category === undefined
          ? { favourite: true, limit: 60 }
          : { category, limit: 200 },
      placeholderData: keepPreviousData,
    }),
  );
  const items = found.data ?? [];
  const marked = items[Math.min(at, items.length - 1)];
  const type = (next: string) => {
    setText(next);
    setAt(0);
  };
  const pick = (item: CatalogueItem) => {
    onPick(item);
    type('');
  };
  const listen = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && text !== '') {
      event.preventDefault();
      type('');
    } else if (!isSearch) return;
    else if (event.key === 'Enter' && marked && !found.isPlaceholderData) {
      event.preventDefault();
      pick(marked);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setAt(Math.min(Math.max(at + (event.key === 'ArrowDown' ? 1 : -1), 0), Math.max(0, items.length - 1)));
    }
  };
  return (
    <section className={classes.panel} aria-label={t('cashier:find.title')}>
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
      <fieldset className={classes.categories} aria-label={t('cashier:find.categories')} hidden={isSearch}>
        <CategoryButton chosen={category === undefined} onChoose={() => setCategory(undefined)}>
          {t('cashier:find.favourites')}
        </CategoryButton>
        {categories.data?.map((one) => (
          <CategoryButton key={one} chosen={category === one} onChoose={() => setCategory(one)}>
            {one}
          </CategoryButton>
        ))}
      </fieldset>
      {found.isPending ? (
        <LoadingState />
      ) : found.isError ? (
        <ErrorState error={found.error} onRetry={() => void found.refetch()} />
      ) : items.length === 0 ? (
        isSearch ? (
          <EmptyState icon={IconSearchOff} title={t('cashier:find.nothing')} text={t('cashier:find.nothing_text')} />
        ) : (
          <EmptyState icon={IconStar} title={t('cashier:find.empty')} text={t('cashier:find.empty_text')} />
        )
      ) : isSearch ? (
        <Results items={items} marked={marked?.id} disabled={disabled} onPick={pick} />
      ) : (
        <div className={classes.tiles}>
          {items.map((item) => (
            <UnstyledButton key={item.id} className={classes.tile} disabled={disabled} onClick={() => pick(item)}>
              <span className={classes.icon}>
                <ItemIcon item={item} />
              </span>
              <bdi className={classes.tileName}>{item.shortName ?? item.name}</bdi>
              <Money minor={item.priceMinor} short className={classes.price ?? ''} />
            </UnstyledButton>
          ))}
        </div>
      )}
    </section>
  );
}

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
        <UnstyledButton
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
        </UnstyledButton>
      ))}
    </div>
  );
}
