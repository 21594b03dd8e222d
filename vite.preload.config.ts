import { defineConfig } from 'vite';

/** The preload as one file, `.vite/build/preload.cjs`, which is what the sandbox requires. */
export default defineConfig({ build: { minify: false, sourcemap: false } });
