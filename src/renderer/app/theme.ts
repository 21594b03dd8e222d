/** How Mantine looks in this product. A mode may override sizes (`kiosk/kiosk.theme.ts`), never write its own button. */
import { type CSSVariablesResolver, createTheme } from '@mantine/core';
import { BRAND_STEPS, dark, light, type Palette } from './tokens.ts';

export const theme = createTheme({
  fontFamily: "'Rubik Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', monospace",
  colors: { brand: [...BRAND_STEPS] },
  primaryColor: 'brand',
  primaryShade: 5,
  defaultRadius: 'md',
  radius: { xs: '0.375rem', sm: '0.625rem', md: '0.875rem', lg: '1.25rem', xl: '1.75rem' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  fontSizes: { xs: '0.8125rem', sm: '0.9375rem', md: '1rem', lg: '1.25rem', xl: '1.75rem' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.45', lg: '1.3', xl: '1.2' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.75rem', lineHeight: '1.2' },
      h2: { fontSize: '1.25rem', lineHeight: '1.3' },
      h3: { fontSize: '1rem', lineHeight: '1.4' },
    },
  },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    // 44 px is the smallest target outside the kiosk; `lg` is a main action.
    Button: { defaultProps: { size: 'md' } },
    ActionIcon: { defaultProps: { size: 44, variant: 'subtle', color: 'gray' } },
    TextInput: { defaultProps: { size: 'md' } },
    PasswordInput: { defaultProps: { size: 'md' } },
    NumberInput: { defaultProps: { size: 'md' } },
    Select: { defaultProps: { size: 'md' } },
    // `lockScroll` makes react-remove-scroll insert a <style>, which the content security policy refuses. Our pages
    // scroll inside the shell, not in the body, so there is nothing to lock.
    Modal: {
      defaultProps: { lockScroll: false, centered: true, radius: 'lg', overlayProps: { backgroundOpacity: 0.5 } },
    },
    Drawer: { defaultProps: { lockScroll: false } },
  },
});

const scheme = (palette: Palette): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(palette).map(([name, value]) => [
      `--pk-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      String(value),
    ]),
  ),
  '--mantine-color-body': palette.paper,
  '--mantine-color-text': palette.ink,
  '--mantine-color-bright': palette.ink,
  '--mantine-color-dimmed': palette.muted,
  '--mantine-color-placeholder': palette.muted,
  '--mantine-color-anchor': palette.brand,
  '--mantine-color-error': palette.red,
  '--mantine-color-success': palette.brand,
  '--mantine-color-default': palette.surface,
  '--mantine-color-default-hover': palette.sunken,
  '--mantine-color-default-color': palette.ink,
  '--mantine-color-default-border': palette.line,
  '--mantine-color-disabled': palette.sunken,
  '--mantine-color-disabled-color': palette.muted,
  '--mantine-color-disabled-border': palette.line,
  '--mantine-primary-color-contrast': palette.onBrand,
  ...variants('brand', palette.brandFill, palette.brandFillHover, palette.brand, palette.brandSoft),
  ...variants('red', palette.redFill, palette.redFillHover, palette.red, palette.redSoft),
  ...variants('gray', palette.inverse, palette.inverse, palette.ink, palette.sunken),
});

/** What Mantine's `filled`, `light`, `outline` and `subtle` variants of a colour read. */
function variants(name: string, fill: string, fillHover: string, text: string, soft: string): Record<string, string> {
  const at = `--mantine-color-${name}`;
  return {
    [`${at}-text`]: text,
    [`${at}-filled`]: fill,
    [`${at}-filled-hover`]: fillHover,
    [`${at}-light`]: soft,
    [`${at}-light-hover`]: soft,
    [`${at}-light-color`]: text,
    [`${at}-outline`]: text,
    [`${at}-outline-hover`]: soft,
  };
}

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: scheme(light),
  dark: scheme(dark),
});
