/**
 * The token of a browser without a device. It lives as long as its tab: a phone that is closed asks again. A session that ran
 * out leaves the page as it is, with what was typed on it.
 */
import { create } from 'zustand';

const KEY = 'prilavok.manager';

interface ManagerSession {
  readonly token: string | undefined;
  /** Somebody was signed in a moment ago, and their page is still there. */
  readonly hasExpired: boolean;
  readonly begin: (token: string) => void;
  /** @param token the one that was refused. */
  readonly expire: (token: string) => void;
  readonly end: () => void;
}

export const useManagerSession = create<ManagerSession>((set, get) => ({
  token: sessionStorage.getItem(KEY) ?? undefined,
  hasExpired: false,
  begin: (token) => {
    sessionStorage.setItem(KEY, token);
    set({ token, hasExpired: false });
  },
  expire: (token) => {
    if (get().token !== token) return;
    sessionStorage.removeItem(KEY);
    set({ token: undefined, hasExpired: true });
  },
  end: () => {
    sessionStorage.removeItem(KEY);
    set({ token: undefined, hasExpired: false });
  },
}));

export const currentToken = (): string | undefined => useManagerSession.getState().token;
