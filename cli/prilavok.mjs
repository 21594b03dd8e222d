#!/usr/bin/env node
// The installed command. Everything else is in TypeScript, which scripts/run.mjs starts.
import { join } from 'node:path';

process.argv.splice(2, 0, join(import.meta.dirname, 'prilavok.ts'));
await import('../scripts/run.mjs');
