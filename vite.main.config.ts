import { defineConfig } from 'vite';
import { NATIVE_MODULES } from './scripts/native-modules.ts';

/**
 * The main process, `.vite/build/main.cjs`, and beside it what it loads when it is wanted; Forge's plugin says the rest. Natives are
 * shipped as they are.
 */
export default defineConfig({
  build: {
    // A stack trace from a shop must name our functions; the archive is no smaller for it where it matters.
    minify: false,
    sourcemap: false,
    target: 'node24',
    rollupOptions: { external: [...NATIVE_MODULES] },
  },
});
