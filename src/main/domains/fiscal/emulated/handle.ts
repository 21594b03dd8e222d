/**
 * What the driver keeps in its object: settings, the params set so far, what the last method left, the link, and which
 * document was begun here. Does what emulators/kkt/shim/handle.c does, and nothing fiscal is decided here either.
 */
import { DriverError, Port, Setting } from '../fptr/constants.ts';
import { FptrError } from '../fptr/fptr-error.ts';
import { type Link, openLink } from './link.ts';
import { type Answer, decodeAnswer, encodeRequest, type Param, PrivateParam } from './wire.ts';

export interface Handle {
  /** Takes effect with the method `apply_single_settings`. */
  set(key: string, value: string): void;
  /** For the next method. One of the link's own ids is told by that method as error 13. */
  add(param: Param): void;
  /** Rejects with FptrError. One call at a time. */
  call(method: string): Promise<void>;
  /** Of the last method, even one that was refused. */
  readonly left: () => readonly Param[];
  free(): void;
}

const CONNECT_TIMEOUT_MS = 2000;
const PRIVATE_IDS = 0x7f000000;
const BEGINNERS: ReadonlySet<string> = new Set(['open_receipt', 'open_shift', 'report']);
const DEFAULTS: Readonly<Record<string, string>> = {
  [Setting.PORT]: '0',
  [Setting.IPADDRESS]: '192.168.1.10',
  [Setting.IPPORT]: '5555',
  [Setting.AUTO_RECONNECT]: '1',
  [Setting.REMOTE_TIMEOUT]: '600000',
};

const TEXTS = new Map<number, string>([
  [DriverError.CONNECTION_DISABLED, 'Соединение не установлено'],
  [DriverError.NO_CONNECTION, 'Нет связи'],
  [DriverError.PORT_NOT_AVAILABLE, 'Порт недоступен'],
  [DriverError.INCORRECT_DATA, 'Некорректные данные от устройства'],
  [DriverError.INVALID_PARAM, 'Некорректный параметр'],
  [DriverError.CONNECTION_LOST, 'Соединение с ККТ потеряно'],
]);
const faultOf = (code: number): FptrError => new FptrError(code, TEXTS.get(code) ?? 'Неизвестная ошибка');

function readAnswer(frame: Buffer): Answer | undefined {
  try {
    return decodeAnswer(frame);
  } catch {
    return undefined;
  }
}

/** @param onVersion told what the register says that its driver is called */
export function createHandle(onVersion: (version: string) => void): Handle {
  const settings = new Map(Object.entries(DEFAULTS));
  const staged = new Map<string, string>();
  let inputs: Param[] = [];
  let outputs: Param[] = [];
  let hasBadParam = false;
  let link: Link | undefined;
  let isOpened = false;
  let lastDocument = 0;
  let begun: { readonly after: number; readonly by: string } | undefined;

  const setting = (key: string): string => settings.get(key) ?? '';
  const hangUp = (): void => {
    link?.close();
    link = undefined;
  };
  const takeBadParam = (): void => {
    if (!hasBadParam) return;
    hasBadParam = false;
    throw faultOf(DriverError.INVALID_PARAM);
  };

  /** Takes what belongs to the link out of the answer; the rest becomes the caller's outputs. */
  const keep = (param: Param): void => {
    if (param.id === PrivateParam.LAST_DOCUMENT && param.type === 'int') lastDocument = param.value;
    else if (param.id === PrivateParam.VERSION && param.type === 'string') onVersion(param.value);
    else outputs.push(param);
  };

  /** One request and its answer. A broken link is told as such and never tried again: it may have been obeyed. */
  const exchange = async (method: string, params: readonly Param[]): Promise<void> => {
    outputs = [];
    const frame = await link?.exchange(encodeRequest({ method, params }), Number(setting(Setting.REMOTE_TIMEOUT)));
    const answer = frame === undefined ? undefined : readAnswer(frame);
    if (answer === undefined) {
      hangUp();
      throw faultOf(frame === undefined ? DriverError.CONNECTION_LOST : DriverError.INCORRECT_DATA);
    }
    for (const param of answer.params) keep(param);
    if (answer.error !== 0) throw new FptrError(answer.error, answer.text);
  };

  const greet = async (): Promise<void> => {
    if (Number(setting(Setting.PORT)) !== Port.TCPIP) throw faultOf(DriverError.PORT_NOT_AVAILABLE);
    link = await openLink(setting(Setting.IPADDRESS), Number(setting(Setting.IPPORT)), CONNECT_TIMEOUT_MS);
    if (link === undefined) throw faultOf(DriverError.NO_CONNECTION);
    try {
      await exchange('hello', []);
    } catch (error) {
      hangUp();
      throw error;
    }
  };

  const reconnect = async (): Promise<void> => {
    if (link !== undefined && !(await link.alive())) hangUp();
    if (link !== undefined) return;
    if (setting(Setting.AUTO_RECONNECT) === '0') throw faultOf(DriverError.NO_CONNECTION);
    await greet();
  };

  /** The memory that another handle does not have: after which document ours was begun, and by what. */
  const memory = (): Param[] =>
    begun === undefined
      ? []
      : [
          { id: PrivateParam.BEGUN_AFTER, notPrinted: false, type: 'int', value: begun.after },
          { id: PrivateParam.BEGUN_KIND, notPrinted: false, type: 'string', value: begun.by },
        ];

  const command = async (method: string): Promise<void> => {
    const given = inputs;
    inputs = [];
    outputs = [];
    takeBadParam();
    if (!isOpened) throw faultOf(DriverError.CONNECTION_DISABLED);
    await reconnect();
    const before = begun;
    if (BEGINNERS.has(method)) begun = { after: lastDocument, by: method };
    try {
      await exchange(method, method === 'check_document_closed' ? [...given, ...memory()] : given);
    } catch (error) {
      // A receipt that the register answered it did not open: the document before it is still the last one begun.
      if (method === 'open_receipt' && link !== undefined) begun = before;
      throw error;
    }
  };

  const close = (): void => {
    hangUp();
    isOpened = false;
    inputs = [];
  };
  const open = async (): Promise<void> => {
    close();
    await greet();
    isOpened = true;
  };
  const apply = (): void => {
    for (const [key, value] of staged) settings.set(key, value);
    staged.clear();
    takeBadParam();
  };

  return {
    set: (key, value) => void staged.set(key, value),
    add(param) {
      if (param.id >= PRIVATE_IDS) hasBadParam = true;
      else inputs.push(param);
    },
    async call(method) {
      if (method === 'apply_single_settings') apply();
      else if (method === 'close') close();
      else if (method === 'open') await open();
      else await command(method);
    },
    left: () => outputs,
    free: hangUp,
  };
}
