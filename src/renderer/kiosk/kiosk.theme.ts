/**
 * Kiosk sizes. `rem` follows the panel (`kiosk.css`), so 1080×1920 in the design is the whole screen on any panel.
 * Tokens (radii) are custom properties there: Mantine's own are made at build time from the common theme.
 */
import { Button, createTheme, mergeThemeOverrides, rem } from '@mantine/core';
import { theme } from '../app/theme.ts';
import classes from './kiosk.module.css';

export const kioskTheme = mergeThemeOverrides(
  theme,
  createTheme({
    components: {
      Button: Button.extend({
        // `sm` is the way back in the header; everything else is an answer.
        vars: (_theme, { size }) => ({
          root:
            size === 'sm'
              ? { '--button-height': rem(80), '--button-fz': rem(28), '--button-padding-x': rem(32) }
              : { '--button-height': rem(116), '--button-fz': rem(32), '--button-padding-x': rem(32) },
        }),
        defaultProps: { radius: 'md' },
        classNames: {
          root: classes.button ?? '',
          label: classes.buttonLabel ?? '',
          section: classes.buttonSection ?? '',
        },
      }),
      Modal: {
        defaultProps: { radius: 'lg', withCloseButton: false, size: rem(880), padding: rem(56) },
        classNames: { header: classes.dialogHeader, title: classes.dialogTitle, body: classes.dialog },
      },
    },
  }),
);
