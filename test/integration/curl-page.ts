/** The `curl` commands of a page, as a shell would run them: so that what is printed there is what works. */
import { readFileSync } from 'node:fs';

export interface CurlCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Every command of the page's shell blocks, in their order. Throws on an option that is none of curl's that we print. */
export function readCurls(page: string): CurlCall[] {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/```bash\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  return blocks.filter((text) => text.startsWith('curl ')).map((text) => parse(words(text)));
}

/** A shell's words: quotes of both kinds, and lines that go on. */
function words(text: string): string[] {
  const found = text.replaceAll('\\\n', ' ').matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g);
  return Array.from(found, ([, single, double, plain]) => single ?? double ?? plain ?? '');
}

function parse([, ...rest]: readonly string[]): CurlCall {
  let method: string | undefined;
  let url: string | undefined;
  let body: string | undefined;
  const headers: Record<string, string> = {};
  for (let n = 0; n < rest.length; n += 1) {
    const word = rest[n] ?? '';
    if (!word.startsWith('-')) {
      url = word;
      continue;
    }
    n += 1;
    const value = rest[n] ?? '';
    if (word === '-X') method = value;
    else if (word === '-d') body = value;
    else if (word === '-H')
      headers[value.slice(0, value.indexOf(':')).toLowerCase()] = value.slice(value.indexOf(':') + 1).trim();
    else throw new Error(`no curl of ours has ${word}`);
  }
  if (url === undefined) throw new Error('a curl without an address');
  return { method: method ?? (body === undefined ? 'GET' : 'POST'), path: new URL(url).pathname, headers, body };
}
