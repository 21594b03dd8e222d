/** What every page has around it. */
import {
  DirectionProvider,
  type MantineColorScheme,
  MantineProvider,
  type MantineThemeOverride,
  useDirection,
} from '@mantine/core';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { i18n } from 'i18next';
import { type ReactNode, useEffect } from 'react';
import { I18nextProvider } from 'react-i18next';
import { ClockProvider, type Now } from './clock.tsx';
import { isRtl, useLanguage } from './i18n/i18n.ts';
import { theme as baseTheme } from './theme.ts';

export interface ProvidersProps {
  readonly texts: i18n;
  readonly queryClient: QueryClient;
  readonly now: Now;
  readonly theme?: MantineThemeOverride;
  readonly colorScheme?: MantineColorScheme;
  readonly children: ReactNode;
}

export function Providers({
  texts,
  queryClient,
  now,
  theme = baseTheme,
  colorScheme = 'auto',
  children,
}: ProvidersProps) {
  return (
    <ClockProvider now={now}>
      <I18nextProvider i18n={texts}>
        <QueryClientProvider client={queryClient}>
          <DirectionProvider>
            {/* Variables and classes that Mantine would put into inline <style> come from virtual:theme.css. */}
            <MantineProvider
              theme={theme}
              defaultColorScheme={colorScheme}
              withCssVariables={false}
              withGlobalClasses={false}
            >
              <FollowLanguage />
              {children}
            </MantineProvider>
          </DirectionProvider>
        </QueryClientProvider>
      </I18nextProvider>
    </ClockProvider>
  );
}

/** `<html lang dir>` say what is on the screen: fonts, hyphenation and screen readers listen to them. */
function FollowLanguage() {
  const language = useLanguage();
  const { setDirection } = useDirection();
  useEffect(() => {
    document.documentElement.lang = language;
    setDirection(isRtl(language) ? 'rtl' : 'ltr');
  }, [language, setDirection]);
  return null;
}
