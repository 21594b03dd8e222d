import { useManager } from '../app/manager.tsx';

/** A server's page is told nothing by itself. */
const POLL_MS = 10_000;

/** A device tells of its changes; a server has to be asked. */
export const useRefetchInterval = (): number | false => (useManager().kind === 'server' ? POLL_MS : false);
