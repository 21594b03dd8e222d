/**
 * Long work that can be held up: a generator that yields between its steps. One function then serves whoever needs the end
 * at once and whoever lets others have their turn meanwhile.
 */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Does all of it without a pause. */
export function toEnd<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
