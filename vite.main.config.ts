import { defineConfig } from 'vite';
import { NATIVE_MODULES } from './scripts/native-modules.ts';

/** The main process as one file, `.vite/build/main.cjs`; Forge's plugin says the rest. Natives are shipped beside it, as they are. */
export default defineConfig({
  build: {
    // A stack trace from a shop must name our functions; the archive is no smaller for it where it matters.
    minify: false,
    sourcemap: false,
    target: 'node24',
    rollupOptions: { external: [...NATIVE_MODULES] },
  },
});
