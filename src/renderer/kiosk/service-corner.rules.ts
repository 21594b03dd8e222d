const TOUCHES = 5;
const WITHIN_MS = 3000;

/** @param touches Unix ms of the touches of the corner, the oldest first. */
export function isCall(touches: readonly number[]): boolean {
  const last = touches.at(-1);
  const first = touches.at(-TOUCHES);
  return first !== undefined && last !== undefined && last - first <= WITHIN_MS;
}
