/** What a page may ask of the machine: nothing, but for the holes named here. Electron's own default grants everything. */
import type { Session } from 'electron';
import type { Logger } from '#main/core.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import { isOwnAddress } from './origin.ts';

export type Permission = Parameters<NonNullable<Parameters<Session['setPermissionRequestHandler']>[0]>>[1];
export type PermissionSession = Pick<
  Session,
  | 'setPermissionRequestHandler'
  | 'setPermissionCheckHandler'
  | 'setDevicePermissionHandler'
  | 'setDisplayMediaRequestHandler'
>;

/** The holes, each with its reason. A kiosk takes its guest's picture, a manager those of a client's passport and appliances: camera, no sound. */
const GRANTED: Readonly<Record<Mode, { readonly camera: boolean }>> = {
  kiosk: { camera: true },
  cashier: { camera: false },
  manager: { camera: true },
};

/** What is asked, by whom. `media` names what the stream would carry. */
export interface PermissionAsked {
  readonly permission: Permission;
  /** Address or origin of the asking frame. */
  readonly from: string;
  readonly isMainFrame: boolean;
  readonly media: readonly string[];
}

export function isGranted(mode: Mode, asked: PermissionAsked): boolean {
  if (asked.permission !== 'media' || !asked.isMainFrame || !isOwnAddress(asked.from)) return false;
  return GRANTED[mode].camera && asked.media.length > 0 && asked.media.every((kind) => kind === 'video');
}

/** Both the request and the check must answer: most web APIs check first and ask only when the check says no. */
export function lockPermissions(session: PermissionSession, mode: Mode, log: Logger): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const media = 'mediaTypes' in details ? (details.mediaTypes ?? []) : [];
    const from = details.requestingUrl;
    const granted = isGranted(mode, { permission, from, isMainFrame: details.isMainFrame, media });
    if (!granted) log.warn('permission refused', { permission });
    answer(granted);
  });
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin, details) => {
    const media = details.mediaType === undefined ? [] : [details.mediaType];
    return isGranted(mode, { permission, from: requestingOrigin, isMainFrame: details.isMainFrame, media });
  });
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer(null));
}
