/** Puts a page on the screen. Called by each mode's `main.tsx`, which is its composition root. */
import '@mantine/core/styles.layer.css';
import 'virtual:theme.css';
import './fonts.css';
import './base.css';
import type { MantineThemeOverride } from '@mantine/core';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Language } from '#shared/visits/visits.schema.ts';
import { type Connection, createConnection, dialShell } from './connection.ts';
import type { Area } from './i18n/areas.ts';
import { createTexts } from './i18n/i18n.ts';
import { Providers } from './providers.tsx';
import { createQueryClient } from './query-client.ts';
import { RpcProvider, useChanges } from './rpc.tsx';

export interface PageOptions {
  readonly areas: readonly Area[];
  /** What the page opens in; Russian unless somebody chose. */
  readonly language?: Language;
  /** Languages to have at hand before the first screen, so that choosing one waits for nothing. */
  readonly languages?: readonly Language[];
  readonly theme?: MantineThemeOverride;
  /** False for pages that speak with the sync server over REST instead of a device core. */
  readonly withDevice?: boolean;
  readonly children: ReactNode;
}

export async function boot({
  areas,
  language = 'ru',
  languages = [],
  theme,
  withDevice = true,
  children,
}: PageOptions): Promise<void> {
  const root = document.getElementById('root');
  if (!root) throw new Error('the page has no #root');
  const texts = await createTexts(areas, language, languages);
  createRoot(root).render(
    <StrictMode>
      <Providers texts={texts} queryClient={createQueryClient()} now={() => Date.now()} {...(theme ? { theme } : {})}>
        {withDevice ? (
          <RpcProvider connection={openDevice()}>
            <Follow />
            {children}
          </RpcProvider>
        ) : (
          children
        )}
      </Providers>
    </StrictMode>,
  );
}

function openDevice(): Connection {
  const connection = createConnection({
    dial: dialShell(),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
  connection.start();
  return connection;
}

function Follow() {
  useChanges();
  return null;
}
