import { defineConfig } from 'vitest/config';

/** Shops of real processes that are killed, cut off and restored, and proof that the simulations find faults. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.long.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
