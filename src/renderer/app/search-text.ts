import { useEffect, useRef, useState } from 'react';

/** A pause in the typing, after which the server is asked. */
const PAUSE_MS = 250;

/**
 * The text of a search field whose words `q` live elsewhere (the address): what is typed reaches `onSearch` after a pause,
 * trimmed, undefined when nothing is left; words that change by themselves reach the field.
 */
export function useSearchText(
  q: string | undefined,
  onSearch: (q: string | undefined) => void,
): readonly [text: string, setText: (text: string) => void] {
  const [text, setText] = useState(q ?? '');
  // The address may change by itself too: back, forward, "show everything".
  const [known, setKnown] = useState(q);
  if (known !== q) {
    setKnown(q);
    if ((q ?? '') !== text.trim()) setText(q ?? '');
  }
  const search = useRef(onSearch);
  useEffect(() => {
    search.current = onSearch;
  });
  useEffect(() => {
    const typed = text.trim();
    if (typed === (q ?? '')) return;
    const timer = setTimeout(() => search.current(typed === '' ? undefined : typed), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, q]);
  return [text, setText];
}
