/** One conversation with an emulated ELM327: its settings, and what it says to each command. */
import { setTimeout as wait } from 'node:timers/promises';
import type { AdapterTraits } from './adapters.ts';
import type { Car } from './cars.ts';
import { isOnCan, linesOf } from './wire.ts';

export interface Peer {
  readonly write: (text: string) => void;
  readonly drop: () => void;
}

export interface World {
  readonly car: () => Car;
  readonly adapter: () => AdapterTraits;
  /** Told of every command: tests read what was asked, and what never was. */
  readonly heard: (command: string) => void;
}

interface Settings {
  echo: boolean;
  feeds: boolean;
  spaces: boolean;
  headers: boolean;
  /** `0` searches. */
  protocol: string;
  found: boolean;
  only: string | undefined;
}

const FRESH: Settings = {
  echo: true,
  feeds: true,
  spaces: true,
  headers: false,
  protocol: '0',
  found: false,
  only: undefined,
};

export function createConversation(world: World, peer: Peer) {
  let settings = { ...FRESH };
  let isMute = false;
  let stumbled = false;
  let lost = 0;
  let isAsleep = true;

  /** Lines to say, or nothing when the word is unknown. */
  function setUp(command: string): string[] | undefined {
    const word = command.slice(2);
    const traits = world.adapter();
    const [, switched, value] = /^([ELSH])([01])$/.exec(word) ?? [];
    if (switched !== undefined) {
      const name = ({ E: 'echo', L: 'feeds', S: 'spaces', H: 'headers' } as const)[switched as 'E' | 'L' | 'S' | 'H'];
      settings[name] = value === '1';
      return ['OK'];
    }
    const [, , protocol] = /^(SP|TP)A?([0-9A-C])$/.exec(word) ?? [];
    if (protocol !== undefined) {
      settings.protocol = protocol;
      settings.found = false;
      return ['OK'];
    }
    if (word.startsWith('CRA')) settings.only = word.slice(3) || undefined;
    if (word === 'AR') settings.only = undefined;
    if (word === 'Z' || word === 'WS') {
      settings = { ...FRESH };
      return ['', traits.banner];
    }
    if (word === 'I') return [traits.banner];
    if (word === 'RV') return [`${(traits.voltageMilli / 1000).toFixed(1)}V`];
    if (word === 'DPN')
      return [settings.protocol === '0' ? `A${settings.found ? world.car().protocol : '0'}` : settings.protocol];
    return /^(AT[012]|ST[0-9A-F]{2}|CRA.*|AR|AMC|PC)$/.test(word) ? ['OK'] : undefined;
  }

  async function askCar(request: string): Promise<string[]> {
    const car = world.car();
    const traits = world.adapter();
    if (traits.stumbles && !stumbled) {
      stumbled = true;
      return ['STOPPED'];
    }
    const searches = settings.protocol === '0' && !settings.found;
    const prelude: string[] = [];
    if (searches) {
      prelude.push('SEARCHING...');
      await wait(traits.searchMs);
      if (!car.ignition || traits.blindSearch) return [...prelude, 'UNABLE TO CONNECT'];
    } else if (settings.protocol !== '0') {
      const isSlowBus = ['3', '4', '5'].includes(settings.protocol);
      const fits = car.ignition && settings.protocol === car.protocol;
      if (!fits) return isSlowBus ? ['BUS INIT: ...ERROR'] : [Number(settings.protocol) >= 6 ? 'CAN ERROR' : 'NO DATA'];
      if (isSlowBus && !settings.found) prelude.push('BUS INIT: ...OK');
    }
    settings.found = true;
    const lines = linesOf(car, request, { headers: settings.headers, only: settings.only });
    if (lines.length === 0) return [...prelude, 'NO DATA'];
    const text = lines.map((line) => line.join(settings.spaces || traits.spaces ? ' ' : ''));
    if (text.length > traits.bufferFrames) return [...prelude, ...text.slice(0, traits.bufferFrames), 'BUFFER FULL'];
    if (text.length > 1 && isOnCan(car) && lost < traits.losesFrames) {
      lost += 1;
      return [...prelude, ...text.slice(0, -1)];
    }
    return [...prelude, ...text];
  }

  return async (typed: string): Promise<void> => {
    const command = typed.replace(/[^\x21-\x7e]/g, '').toUpperCase();
    const traits = world.adapter();
    world.heard(command);
    isMute ||= traits.muteFrom === command;
    if (isMute) return;
    if (traits.sleeps && isAsleep) {
      isAsleep = false;
      return;
    }
    if (traits.dropsAt === command) return peer.drop();
    const echo = settings.echo || traits.echoes;
    await wait(traits.answerMs);
    const isUnknown = traits.lacks.includes(command) || !/^(AT.+|[0-9A-F]{2,})$/.test(command);
    const said =
      traits.foreign !== undefined
        ? [traits.foreign]
        : isUnknown
          ? ['?']
          : command.startsWith('AT')
            ? (setUp(command) ?? ['?'])
            : await askCar(command);
    const end = settings.feeds ? '\r\n' : '\r';
    const lines = traits.noise ? said.flatMap((line) => ['\0\xff', line, '\x07~#']) : said;
    peer.write(`${echo ? `${typed}${end}` : ''}${lines.join(end)}${end}${end}>`);
  };
}
