/** The pages: one entry a mode, shared chunks in `assets/`. The shells serve `dist/renderer` under a strict policy. */
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { themeCss } from './src/renderer/app/theme-css.ts';

const root = path.join(import.meta.dirname, 'src/renderer');
const PAGES = ['kiosk', 'cashier', 'manager', 'hq'];

/** `import 'virtual:theme.css'`: see `app/theme-css.ts`. */
function themeSheet(): Plugin {
  const id = '\0theme.css';
  return {
    name: 'prilavok-theme',
    resolveId: (source) => (source === 'virtual:theme.css' ? id : undefined),
    load: (asked) => (asked === id ? themeCss() : undefined),
  };
}

export default defineConfig({
  root,
  base: '/',
  publicDir: false,
  plugins: [react(), themeSheet()],
  build: {
    outDir: path.join(import.meta.dirname, 'dist/renderer'),
    emptyOutDir: true,
    target: 'chrome140',
    // Data URLs would need `font-src data:`; the polyfill is an inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rollupOptions: {
      input: Object.fromEntries(PAGES.map((page) => [page, path.join(root, page, 'index.html')])),
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
});
