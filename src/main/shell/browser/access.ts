/**
 * Who may speak to the browser shell. It listens on loopback, where every program and every web page of this machine can
 * reach it, so: the Host must be ours (a page that rebinds its own name to 127.0.0.1 has another), an Origin must be ours
 * (a page of another site cannot forge it), and the caller must have the token that was printed at start.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

type Request = Pick<IncomingMessage, 'headers' | 'socket'>;

export interface Access {
  isOwnHost(request: Request): boolean;
  /** True without an Origin: a plain navigation and programs of this machine send none. */
  isOwnOrigin(request: Request): boolean;
  isToken(text: string | undefined): boolean;
  hasCookie(request: Request): boolean;
  /** The `Set-Cookie` value for whoever brought the token. */
  cookieFor(request: Request): string;
}

export function createAccess(token: string): Access {
  const expected = digest(token);
  const isToken = (text: string | undefined) => text !== undefined && timingSafeEqual(digest(text), expected);
  const isOwnHost = (request: Request) => ownHosts(request).includes(request.headers.host ?? '');
  return {
    isOwnHost,
    isOwnOrigin: ({ headers, socket }) =>
      headers.origin === undefined || ownHosts({ headers, socket }).some((host) => headers.origin === `http://${host}`),
    isToken,
    hasCookie: (request) => isToken(cookieOf(request.headers.cookie, cookieName(request))),
    cookieFor: (request) => `${cookieName(request)}=${token}; HttpOnly; SameSite=Strict; Path=/`,
  };
}

const ownHosts = ({ socket }: Request): readonly string[] =>
  ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${socket.localPort}`);

/** Cookies do not know ports: two devices of one machine would overwrite each other's. */
const cookieName = ({ socket }: Request): string => `prilavok_${socket.localPort}`;

export function cookieOf(header: string | undefined, name: string): string | undefined {
  const pair = header?.split(';').find((part) => part.trim().startsWith(`${name}=`));
  return pair?.trim().slice(name.length + 1);
}

/** Digests have one length, so the comparison says nothing about how long the right token is. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
