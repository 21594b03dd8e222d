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

/**
 * Zod tries `new Function` when the first schema is made, and the policy reports even a caught refusal. Schemas are made while
 * modules load, so no statement of ours could come before them: the setting is built in.
 */
function zodWithoutEval(): Plugin {
  return {
    name: 'prilavok-zod-jitless',
    apply: 'build',
    transform: {
      filter: { id: /\/zod\/v4\/core\/core\.js$/ },
      handler: (code) => `${code}\nglobalConfig.jitless = true;\n`,
    },
  };
}

export default defineConfig({
  root,
  base: '/',
  publicDir: false,
  plugins: [react(), themeSheet(), zodWithoutEval()],
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
        // What every page shares, under names that say what it is; the rest is split by who uses it.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
            { name: 'data', test: /node_modules\/(zod|@orpc|@tanstack|i18next|react-i18next|zustand)\// },
            { name: 'mantine', test: /node_modules\/(@mantine|@floating-ui)\//, minShareCount: 3 },
          ],
        },
      },
    },
  },
});
