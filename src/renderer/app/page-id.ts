import { createIds } from '#shared/kernel/ids.ts';

// Not `crypto.randomUUID`: a page that came over plain HTTP from another machine has none.
const make = createIds(Date.now, (target) => void crypto.getRandomValues(target));

/** An id that a page gives to what it asks for, so that a request sent twice asks once. */
export const newPageId = (): string => make();
