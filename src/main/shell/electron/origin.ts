/** Where our pages live, and how an address is compared with it: whole origins only, never by prefix. */
import type { Mode } from '#shared/kernel/mode.ts';

export const APP_SCHEME = 'prilavok';
export const APP_HOST = 'app';
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;

/** `prilavok://app/kiosk/`: the page a window of that mode opens. */
export const pageUrl = (mode: Mode): string => `${APP_ORIGIN}/${mode}/`;

/** What is shown when the device could not start. */
export const FAILURE_PATH = '/failure';
export const FAILURE_URL = `${APP_ORIGIN}${FAILURE_PATH}`;

/** Built by hand: in Node the `origin` of a custom scheme is the string "null", equal for all of them. */
export function originOf(address: string): string | undefined {
  const url = URL.parse(address);
  return url === null ? undefined : `${url.protocol}//${url.host}`;
}

export const isOwnAddress = (address: string): boolean => originOf(address) === APP_ORIGIN;
