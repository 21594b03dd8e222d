/** Where each file was left on this machine; its id and a digit, nothing of the client. */
import { type Place, placeOf } from './wizard.rules.ts';

const KEY = 'prilavok.wizard';
/** Files that are remembered. */
const MOST = 200;

function read(): readonly (readonly [string, string])[] {
  try {
    const all: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(all) ? (all as [string, string][]) : [];
  } catch {
    // Somebody else's text under our key: as if nothing had been left.
    return [];
  }
}

export const leftAt = (id: string): Place | undefined => placeOf(read().find(([one]) => one === id)?.[1]);

export function rememberStep(id: string, place: Place): void {
  const others = read().filter(([one]) => one !== id);
  localStorage.setItem(KEY, JSON.stringify([[id, place], ...others].slice(0, MOST)));
}
