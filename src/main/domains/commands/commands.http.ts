/** The server as the obeying of commands sees it. */
import axios from 'axios';
import { z } from 'zod';
import { type CommandResult, CommandsReply } from '#shared/devices/commands.schema.ts';
import { AppError, isErrorCode } from '#shared/kernel/errors.ts';

export interface CommandsHttp {
  waiting(): Promise<CommandsReply>;
  answer(id: string, result: CommandResult): Promise<void>;
}

const TIMEOUT_MS = 15_000;
const Fault = z.looseObject({ code: z.string() });

/** Each call throws `AppError`: with the server's code, or `device.server_unreachable` when it gave none. */
export function createCommandsHttp(options: {
  readonly serverUrl: () => string | undefined;
  readonly token: () => Promise<string | undefined>;
}): CommandsHttp {
  const client = axios.create({ timeout: TIMEOUT_MS, maxRedirects: 0, validateStatus: () => true, proxy: false });

  async function call(method: 'GET' | 'POST', path: string, data?: CommandResult): Promise<unknown> {
    const base = options.serverUrl();
    const secret = await options.token();
    if (base === undefined || secret === undefined) {
      throw new AppError('device.not_enrolled', 'this device has no server');
    }
    const url = new URL(path, base.endsWith('/') ? base : `${base}/`).href;
    const answer = await client
      .request<unknown>({ method, url, data, headers: { authorization: `Bearer ${secret}` } })
      .catch((error: unknown) => {
        const reason = axios.isAxiosError(error) ? (error.code ?? error.message) : String(error);
        // Not as its cause: an AxiosError carries the token, and causes are logged.
        throw new AppError('device.server_unreachable', `no answer about commands: ${reason}`);
      });
    if (answer.status < 300) return answer.data;
    const fault = Fault.safeParse(answer.data);
    const code = fault.success && isErrorCode(fault.data.code) ? fault.data.code : 'device.server_unreachable';
    throw new AppError(code, `the server answered ${answer.status} about commands`);
  }

  return {
    waiting: async () => {
      const reply = CommandsReply.safeParse(await call('GET', 'devices/commands'));
      if (reply.success) return reply.data;
      throw new AppError('device.server_unreachable', 'commands came in words of another program');
    },
    answer: async (id, result) => {
      await call('POST', `devices/commands/${id}/result`, result);
    },
  };
}
