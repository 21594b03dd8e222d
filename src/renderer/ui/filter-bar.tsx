/** What of a list is shown: words, and then choices. */
import { Select, type SelectProps, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useRef } from 'react';
import { useKeys } from '../app/keys.ts';
import { useSearchText } from '../app/search-text.ts';
import classes from './filter-bar.module.css';
import { KeyHint } from './key-hint.tsx';

export function FilterBar({
  find,
  maxLength,
  q,
  onSearch,
  children,
}: {
  /** What may be searched by. */
  readonly find: string;
  readonly maxLength: number;
  readonly q: string | undefined;
  readonly onSearch: (q: string | undefined) => void;
  readonly children: ReactNode;
}) {
  const [text, setText] = useSearchText(q, onSearch);
  const search = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => search.current?.focus() });
  return (
    <search className={classes.bar}>
      <TextInput
        ref={search}
        className={classes.search ?? ''}
        leftSection={<IconSearch size={20} aria-hidden />}
        rightSection={<KeyHint keys="/" />}
        rightSectionWidth={48}
        placeholder={find}
        aria-label={find}
        value={text}
        maxLength={maxLength}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setText('');
        }}
      />
      {children}
    </search>
  );
}

/** On a phone a choice is longer than its field. */
const CUT = { input: classes.cut ?? '' };

export function FilterSelect({
  width = 'wide',
  ...rest
}: Omit<SelectProps, 'className' | 'classNames'> & { readonly width?: 'wide' | 'middle' | 'narrow' }) {
  return <Select {...rest} className={classes[width] ?? ''} classNames={CUT} />;
}
