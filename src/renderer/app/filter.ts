/**
 * `filter` with `value` under `name`, or without the name when there is no value: fields of a filter are absent, never
 * undefined, so that two filters that ask for the same are equal.
 */
export function refined<Filter extends object>(
  filter: Filter,
  name: keyof Filter,
  value: string | null | undefined,
): Filter {
  const { [name]: _before, ...rest } = filter;
  return (value === null || value === undefined ? rest : { ...rest, [name]: value }) as Filter;
}
