/** The two words page, preload and main agree on before the RPC contract takes over. */

/**
 * What a page in Electron says to its preload, once per document, with one `MessagePort` attached:
 * `window.postMessage(PORT_REQUEST, window.location.origin, [port])`. The other end of the channel then speaks the contract.
 */
export const PORT_REQUEST = 'prilavok:port';

/** The channel on which the preload hands that port to the main process. */
export const PORT_CHANNEL = 'prilavok:port';
