/**
 * Known-bad products: each is this one with a line or two changed as it is loaded, so that no hook is in its code. The
 * simulation must find every one of them, or it would find nothing.
 */
import { registerHooks } from 'node:module';

interface Change {
  /** A file of the fiscal domain. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export const MUTANTS = {
  /** A task that may have been sent is sent again, without asking what became of it. */
  'retry without proof': [
    {
      file: 'recovery.rules.ts',
      from: 'const { status, documents } = evidence;',
      to: "const { status, documents } = evidence; if (status) return { kind: 'not_closed', openReceipt: status.receiptOpen };",
    },
  ],
  /** The step that announces the sending is written when the register has answered. */
  'journal after the call': [
    {
      file: 'fiscal.executor.ts',
      from: 'row = announced(row, prepared.baseline, prepared.opened);\n        return send(register, row);',
      to: "row = step(row, 'baseline', { baseline: prepared.baseline }); const sent = await send(register, row); row = step(row, 'sending'); return sent;",
    },
  ],
  /** An error of the closing call means that there is no document. */
  "trust the driver's error": [
    {
      file: 'fptr/finish.ts',
      from: 'const { error } = await calls.attempt(options.method, options.params);',
      to: 'const { error } = await calls.attempt(options.method, options.params); if (error) return notClosed(error);',
    },
  ],
  /** A document more than before is ours, whatever it says. */
  'prove by the number that grew': [
    {
      file: 'recovery.rules.ts',
      from: 'const ours = documents.find((document) => document?.taskId === task.id);',
      to: 'const ours = documents.at(-1);',
    },
  ],
} as const satisfies Readonly<Record<string, readonly Change[]>>;
export type MutantName = keyof typeof MUTANTS;

export const isMutant = (name: string): name is MutantName => Object.hasOwn(MUTANTS, name);

const FISCAL = '/src/main/domains/fiscal/';

/** Changes what is loaded from now on. A line that is no longer there is an error of whoever imports the file. */
export function loadMutant(name: MutantName): void {
  const changes: readonly Change[] = MUTANTS[name];
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      const change = changes.find(({ file }) => url.endsWith(FISCAL + file));
      if (change === undefined) return loaded;
      const source = Buffer.from((loaded.source ?? '') as string | Uint8Array).toString();
      if (source.split(change.from).length !== 2) throw new Error(`mutant "${name}" no longer fits ${change.file}`);
      return { ...loaded, source: source.replace(change.from, () => change.to) };
    },
  });
}
