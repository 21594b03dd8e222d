/** `/api/manager` knows its caller by a signed token alone: a cookie of a page means nothing there. */
import type { Guard } from './guards.ts';
import type { ManagerAuth } from './manager-auth.service.ts';
import type { ManagerPrincipal } from './principals.ts';

export type ManagerGuard = Guard<ManagerPrincipal>;

export const createManagerGuard = (auth: Pick<ManagerAuth, 'authenticate'>): ManagerGuard => ({
  rule: 'manager token',
  authenticate: (request) => {
    const [, token] = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(request.headers.authorization ?? '') ?? [];
    return auth.authenticate(token);
  },
});
