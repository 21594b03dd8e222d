/** The command line of the currency desk, read and no more. */
import { parseArgs } from 'node:util';
import { dollarsToMinor, isPositive, parseDecimal } from '#shared/exchange/decimal.rules.ts';
import { PRICE_SOURCES, type SaleAmount, type SaleWish } from '#shared/rpc/exchange.contract.ts';
import { Usage } from './faults.ts';

export const EXCHANGE_COMMANDS = ['status', 'login', 'logout', 'dashboard', 'sell', 'transactions', 'poll'] as const;
type ExchangeCommand = (typeof EXCHANGE_COMMANDS)[number];

export const EXCHANGE_USAGE = `Usage: prilavok <command> [options]

  status                          what the desk is set to, and whether somebody is signed in; asks the server nothing
  login [--email E]               signs in at the server; the password is asked for, or taken from KURSACH_PASSWORD
  logout                          ends the session here, and at the server when it can be reached
  dashboard                       the portfolio, what it would bring, what was gained
  sell overview                   what may be sold, at which price, how much of it
  sell preview  --asset-id A ...  what a sale would bring; the server keeps that price for half a minute
  sell execute  --asset-id A ...  shows the preview, asks, sells
  transactions                    the last fifty, newest first
  poll                            carries out what a phone asks, until it is interrupted

Questions are asked on stderr and answered by y or n, at a keyboard or out of a pipe.

  --asset-id ID          which currency, as bitcoin
  --quantity N           how much of it, as 0.25; or
  --amount-usd N         for how many dollars, as 100.00; or
  --all                  all there is
  --source NAME          whose price: ${PRICE_SOURCES.join(', ')}
  --skip-preview         execute: no preview and no question; sold at the price of the moment
  --yes                  execute: shows the preview and does not ask
  --key KEY              execute: the same sale as the one that was said to have this key, never a second one
  --auto-confirm         poll: sales up to auto_confirm_max_usd are not asked about
  --ask-before-sell      poll: every sale is asked about, whatever the settings say
  --once                 poll: asks once, and ends when what came is done
  --interval SECONDS     poll: how often

  --config FILE          settings; default config.json, if it is there
  --data-dir FOLDER      what the desk keeps; default .data/currency
  --json                 answers as JSON; poll writes one line for each
  -v                     says on stderr what goes on

Exit codes: 0 done or cancelled, 1 refused or failed, 2 the command itself is wrong.

Settings of the file: api_base_url, target_device, device_id, poll_interval_seconds, auto_confirm_sales,
auto_confirm_max_usd, verify_ssl. The environment wins over it: KURSACH_API_BASE_URL, KURSACH_TARGET_DEVICE,
KURSACH_DEVICE_ID, KURSACH_POLL_INTERVAL, KURSACH_AUTO_CONFIRM, KURSACH_AUTO_CONFIRM_MAX_USD, KURSACH_VERIFY_SSL.

Begin with:
  prilavok login --email you@example.com
  prilavok sell overview
  prilavok sell execute --asset-id bitcoin --quantity 0.1
  prilavok poll
`;

const OPTIONS = {
  config: { type: 'string' },
  'data-dir': { type: 'string' },
  json: { type: 'boolean' },
  verbose: { type: 'boolean', short: 'v' },
  email: { type: 'string' },
  'asset-id': { type: 'string' },
  quantity: { type: 'string' },
  'amount-usd': { type: 'string' },
  all: { type: 'boolean' },
  source: { type: 'string' },
  'skip-preview': { type: 'boolean' },
  yes: { type: 'boolean' },
  key: { type: 'string' },
  'auto-confirm': { type: 'boolean' },
  'ask-before-sell': { type: 'boolean' },
  once: { type: 'boolean' },
  interval: { type: 'string' },
} as const;
type OptionName = keyof typeof OPTIONS;

const WISH: readonly OptionName[] = ['asset-id', 'quantity', 'amount-usd', 'all', 'source'];
/** What each command understands besides what all do. */
const UNDERSTOOD: Readonly<Record<string, readonly OptionName[]>> = {
  login: ['email'],
  poll: ['auto-confirm', 'ask-before-sell', 'once', 'interval'],
  'sell preview': WISH,
  'sell execute': [...WISH, 'skip-preview', 'yes', 'key'],
};
const COMMON: readonly OptionName[] = ['config', 'data-dir', 'json', 'verbose'];

export type ExchangeAct = Exclude<ExchangeCommand, 'sell'> | 'sell overview' | 'sell preview' | 'sell execute';
export type ExchangeWords = ReturnType<typeof readWords>;

const bad = (message: string): Usage => new Usage(message, EXCHANGE_USAGE);

/** Throws `Usage`. */
export function readWords(argv: readonly string[]) {
  const { values, positionals } = parse(argv);
  const [command, ...rest] = positionals;
  const act = positionals.slice(0, command === 'sell' ? 2 : 1).join(' ');
  if (!isAct(act)) throw bad('after sell comes overview, preview or execute');
  const [tooMuch] = rest.slice(command === 'sell' ? 1 : 0);
  if (tooMuch !== undefined) throw bad(`"${tooMuch}" is one word too many`);
  const understood = [...COMMON, ...(UNDERSTOOD[act] ?? [])];
  const foreign = Object.keys(values).find((name) => !understood.some((known) => known === name));
  if (foreign !== undefined) throw bad(`--${foreign} means nothing to ${act}`);
  if (values['auto-confirm'] === true && values['ask-before-sell'] === true) {
    throw bad('--auto-confirm and --ask-before-sell contradict each other');
  }
  return { act, options: values, intervalSeconds: intervalOf(values.interval) };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw bad(error instanceof Error ? error.message : String(error));
  }
}

const ACTS: readonly string[] = [
  ...EXCHANGE_COMMANDS.filter((name) => name !== 'sell'),
  'sell overview',
  'sell preview',
  'sell execute',
];
const isAct = (text: string): text is ExchangeAct => ACTS.includes(text);

function intervalOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600) return seconds;
  throw bad(`--interval is "${text}", allowed: whole seconds from 1 to 3600`);
}

/** What is to be sold. Throws `Usage`. */
export function wishOf(options: ExchangeWords['options']): SaleWish {
  const assetId = options['asset-id'];
  if (assetId === undefined || assetId === '') throw bad('--asset-id is needed, as --asset-id bitcoin');
  const source = PRICE_SOURCES.find((known) => known === options.source);
  if (options.source !== undefined && source === undefined) {
    throw bad(`--source is "${options.source}", allowed: ${PRICE_SOURCES.join(', ')}`);
  }
  return { assetId, amount: amountOf(options), ...(source === undefined ? {} : { source }) };
}

function amountOf({ quantity, 'amount-usd': usd, all }: ExchangeWords['options']): SaleAmount {
  const given = [quantity, usd, all].filter((one) => one !== undefined);
  if (given.length !== 1) throw bad('one of --quantity, --amount-usd and --all is needed');
  if (quantity !== undefined) {
    const decimal = parseDecimal(quantity);
    if (decimal !== undefined && isPositive(decimal)) return { by: 'quantity', quantity: decimal };
    throw bad(`--quantity is "${quantity}", allowed: a number above zero, as 0.25`);
  }
  if (usd === undefined) return { by: 'all' };
  const decimal = parseDecimal(usd);
  const amountMinor = decimal === undefined ? undefined : dollarsToMinor(decimal);
  if (amountMinor !== undefined && amountMinor > 0) return { by: 'usd', amountMinor };
  throw bad(`--amount-usd is "${usd}", allowed: dollars above zero, as 100.00`);
}
