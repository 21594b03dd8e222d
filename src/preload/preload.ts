/** The bridge, and nothing else: one port from the page to the device core. Sandboxed: only `electron` can be required. */
import { contextBridge, ipcRenderer } from 'electron';
import { PORT_CHANNEL, PORT_REQUEST } from '../shared/rpc/port.ts';

// All the preload needs of the page. This program has no DOM types, so that main cannot lean on them by mistake.
type Ports = NonNullable<Parameters<typeof ipcRenderer.postMessage>[2]>;
type PageMessage = Event & { data: unknown; origin: string; source: unknown; ports: Ports };
declare const window: EventTarget & { readonly location: { readonly origin: string } };

const forwardPort = (event: Event): void => {
  const { data, ports, source, origin } = event as PageMessage;
  const [port] = ports;
  // A sub-frame can post to its parent too, so the sender must be this very window.
  if (source !== window || origin !== window.location.origin || data !== PORT_REQUEST || !port) return;
  window.removeEventListener('message', forwardPort);
  ipcRenderer.postMessage(PORT_CHANNEL, null, [port]);
};
window.addEventListener('message', forwardPort);

contextBridge.exposeInMainWorld('prilavok', Object.freeze({ shell: 'electron' }));
