/**
 * The colours of the product, each with a light and a dark value; `theme-css.ts` turns them into `--pk-*` custom
 * properties. Screens use the property, never the value.
 *
 * Names say what a colour is for: `brand` is text and lines, `brandFill` carries `onBrand` text, `brandSoft` is the tint
 * behind `brand` text. `amber`, `red` and `blue` are likewise dark enough for small text on their own soft tint.
 */
export interface Palette {
  readonly paper: string;
  readonly surface: string;
  readonly sunken: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  /** Borders that alone tell a control from its background: 3:1 is asked of them. */
  readonly edge: string;
  readonly inverse: string;
  readonly onInverse: string;
  readonly brand: string;
  readonly brandFill: string;
  readonly brandFillHover: string;
  readonly onBrand: string;
  readonly brandSoft: string;
  readonly amber: string;
  readonly amberSoft: string;
  readonly red: string;
  readonly redFill: string;
  readonly redFillHover: string;
  readonly redSoft: string;
  readonly blue: string;
  readonly blueSoft: string;
  readonly scrim: string;
}

export const light: Palette = {
  paper: '#F6F4EF',
  surface: '#FFFFFF',
  sunken: '#EFEBE3',
  ink: '#1D1B18',
  muted: '#665F56',
  line: '#E5E0D6',
  edge: '#8C8477',
  inverse: '#1D1B18',
  onInverse: '#FFFFFF',
  brand: '#0E6B52',
  brandFill: '#0E6B52',
  brandFillHover: '#0B5642',
  onBrand: '#FFFFFF',
  brandSoft: '#E2F0EA',
  amber: '#855409',
  amberSoft: '#FBF0D9',
  red: '#AB3226',
  redFill: '#B93A2E',
  redFillHover: '#9C2E24',
  redSoft: '#F9E4E1',
  blue: '#2B5FA8',
  blueSoft: '#E3ECF8',
  scrim: 'rgb(29 27 24 / 0.5)',
};

export const dark: Palette = {
  paper: '#161412',
  surface: '#211E1B',
  sunken: '#2B2723',
  ink: '#F4F0E8',
  muted: '#ADA497',
  line: '#38332D',
  edge: '#857C70',
  inverse: '#F4F0E8',
  onInverse: '#161412',
  brand: '#5CC7A1',
  brandFill: '#137A5E',
  brandFillHover: '#0F6A51',
  onBrand: '#FFFFFF',
  brandSoft: '#17332A',
  amber: '#E9B65C',
  amberSoft: '#3A2D14',
  red: '#F39A8F',
  redFill: '#B5392D',
  redFillHover: '#A13126',
  redSoft: '#43221E',
  blue: '#93B9F0',
  blueSoft: '#1E2E46',
  scrim: 'rgb(0 0 0 / 0.62)',
};

/** Ten steps for Mantine, light to dark; `5` is the brand itself. */
export const BRAND_STEPS = [
  '#E2F0EA',
  '#C3DFD3',
  '#9CCBB8',
  '#6FB399',
  '#3D957A',
  '#0E6B52',
  '#0C6049',
  '#0B5642',
  '#094937',
  '#063528',
] as const;
