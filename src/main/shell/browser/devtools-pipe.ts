/** The browser's own debugging protocol over two pipes: nobody but the process that started it can speak to it. */
import type { Readable, Writable } from 'node:stream';

export interface DevTools {
  /** Resolves with what the browser answers; rejects with its refusal, or when it has gone. */
  call(method: string, params?: object, sessionId?: string): Promise<Record<string, unknown>>;
  onEvent(listener: (method: string, params: Record<string, unknown>) => void): void;
}

interface Waiting {
  readonly resolve: (result: Record<string, unknown>) => void;
  readonly reject: (error: Error) => void;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** @param input where commands go @param output where answers come from */
export function connectDevTools(input: Writable, output: Readable): DevTools {
  const waiting = new Map<number, Waiting>();
  const listeners: ((method: string, params: Record<string, unknown>) => void)[] = [];
  let nextId = 1;
  let rest = '';

  const hear = ({ id, method, params = {}, result = {}, error }: Message): void => {
    if (id === undefined) {
      if (method !== undefined) for (const listener of listeners) listener(method, params);
      return;
    }
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(result);
    else call?.reject(new Error(error.message));
  };
  const end = (): void => {
    for (const { reject } of waiting.values()) reject(new Error('the browser has gone'));
    waiting.clear();
  };

  output.setEncoding('utf8');
  output.on('data', (chunk: string) => {
    const messages = (rest + chunk).split('\0');
    rest = messages.pop() ?? '';
    for (const text of messages) hear(JSON.parse(text) as Message);
  });
  output.on('close', end);
  // A browser that died shows itself by its exit; what was being written to it is lost either way.
  input.on('error', end);
  output.on('error', end);

  return {
    call: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        const id = nextId;
        nextId += 1;
        waiting.set(id, { resolve, reject });
        input.write(`${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
      }),
    onEvent: (listener) => void listeners.push(listener),
  };
}
