/** `prilavok status | login | logout | dashboard | sell … | transactions | poll`: the currency desk of a terminal. */
import { resolve } from 'node:path';
import { AppError } from '#shared/kernel/errors.ts';
import type { Sold } from '#shared/rpc/exchange.contract.ts';
import { loadExchangeConfig } from './exchange.config.ts';
import { createTerminalConfirm, isYes } from './exchange.confirm.ts';
import { type TerminalDesk, withDesk } from './exchange.desk.ts';
import { pollForPhone } from './exchange.poll.ts';
import {
  ageText,
  commandText,
  dashboardText,
  handledText,
  overviewText,
  previewText,
  soldText,
  transactionsText,
} from './exchange.text.ts';
import { EXCHANGE_USAGE, readWords, wishOf } from './exchange.words.ts';
import { Refused } from './faults.ts';
import type { Terminal } from './terminal.ts';

export { EXCHANGE_USAGE };

const SIGN_IN = 'nobody is signed in: prilavok login';
/** A sale whose answer was lost is asked after, so many times. */
const ASK_AFTER = 3;

export async function exchange(
  terminal: Terminal,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const words = readWords(argv);
  const { options } = words;
  const wish = words.act === 'sell preview' || words.act === 'sell execute' ? wishOf(options) : undefined;
  const warn = (text: string) => terminal.complain(`Warning: ${text}`);
  const loaded = loadExchangeConfig({
    file: resolve(options.config ?? 'config.json'),
    isNamed: options.config !== undefined,
    env,
    warn,
  });
  const config = {
    ...loaded,
    poll_interval_seconds: words.intervalSeconds ?? loaded.poll_interval_seconds,
    auto_confirm_sales:
      options['auto-confirm'] === true || (loaded.auto_confirm_sales && options['ask-before-sell'] !== true),
  };
  const isJson = options.json === true;
  // What comes one after another is read line by line.
  const indent = words.act === 'poll' ? 0 : 2;
  const show = <T>(value: T, text: (value: T) => string): void =>
    terminal.print(isJson ? JSON.stringify(value, null, indent) : text(value));

  const run = async (desk: TerminalDesk): Promise<void> => {
    const { exchange: core } = desk;
    if (words.act === 'status') return status(desk);
    if (words.act === 'login') return login(desk);
    if (words.act === 'logout') return logout(desk);
    // Without a session the server is not even asked.
    if (core.state().user === undefined) throw new Refused(SIGN_IN);
    switch (words.act) {
      case 'dashboard': {
        const [dashboard, overview] = await Promise.all([core.dashboard(), core.overview()]);
        return show({ dashboard, overview }, () => dashboardText(dashboard.value, overview.value) + ageText(dashboard));
      }
      case 'sell overview':
        return show(await core.overview(), (answer) => overviewText(answer.value) + ageText(answer));
      case 'transactions':
        return show(await core.transactions(), (answer) => transactionsText(answer.value) + ageText(answer));
      case 'sell preview':
        if (wish === undefined) return undefined;
        return show(await core.preview(wish), (preview) => previewText(preview, leftMs(desk, preview.expiresAt)));
      case 'sell execute':
        return execute(desk);
      case 'poll':
        core.autoConfirm(config.auto_confirm_sales);
        return pollForPhone(terminal, desk, {
          once: options.once === true,
          intervalSeconds: config.poll_interval_seconds,
          stopAsking,
        });
    }
  };

  function status({ exchange: core, deviceId }: TerminalDesk): void {
    const { user, isSessionOver, lastPolledAt } = core.state();
    const isStored = user !== undefined;
    const facts = {
      apiUrl: config.api_base_url,
      deviceId,
      targetDevice: config.target_device,
      tokenStored: isStored,
      ...(user === undefined ? {} : { user }),
      isSessionOver,
      ...(lastPolledAt === undefined ? {} : { lastPolledAt }),
      pollIntervalSeconds: config.poll_interval_seconds,
      autoConfirmSales: config.auto_confirm_sales,
      autoConfirmMaxUsd: config.auto_confirm_max_usd,
      verifySsl: config.verify_ssl,
    };
    show(facts, () =>
      [
        `API URL:        ${facts.apiUrl}`,
        `Device id:      ${deviceId} (${facts.targetDevice})`,
        `Token stored:   ${isStored ? `yes, ${user.name} <${user.email}>` : 'no'}${isSessionOver ? '; the server ended the session: prilavok login' : ''}`,
        `Last poll:      ${lastPolledAt === undefined ? 'never' : new Date(lastPolledAt).toISOString()}`,
        `Poll interval:  ${facts.pollIntervalSeconds} s`,
        `Auto-confirm:   ${facts.autoConfirmSales ? `on, up to ${facts.autoConfirmMaxUsd} USD` : 'off'}`,
        `Verify TLS:     ${facts.verifySsl ? 'yes' : 'no (this machine alone)'}`,
      ].join('\n'),
    );
  }

  async function login({ exchange: core }: TerminalDesk): Promise<void> {
    const email = options.email ?? (await terminal.ask('E-mail: '))?.trim();
    if (email === undefined || email === '') throw new Refused('whose sign-in is needed: --email');
    const password = env['KURSACH_PASSWORD'] ?? (await terminal.askSecret(`Password of ${email}: `));
    if (password === undefined) throw new Refused('a password is needed: set KURSACH_PASSWORD');
    await core.signIn(email, password);
    show({ user: core.user() }, ({ user }) => `Signed in as ${user?.name} <${user?.email}>.`);
  }

  async function logout({ exchange: core }: TerminalDesk): Promise<void> {
    const isServerTold = await core.signOut();
    if (!isServerTold) warn('the server could not be reached: the session ends there when its time is over');
    show({ isServerTold }, () => 'Signed out.');
  }

  async function execute(desk: TerminalDesk): Promise<void> {
    if (wish === undefined) return;
    const { exchange: core } = desk;
    const key = options.key ?? desk.newId();
    let previewId: string | undefined;
    if (options['skip-preview'] !== true) {
      const preview = await core.preview(wish);
      terminal.complain(previewText(preview, leftMs(desk, preview.expiresAt)));
      previewId = preview.previewId;
      if (options.yes !== true) {
        const gone = AbortSignal.timeout(Math.max(0, leftMs(desk, preview.expiresAt)));
        const answer = await terminal.ask('Sell? [y/N] ', gone);
        if (gone.aborted) throw new Refused('the price ran out, and nothing was sold: look at a new preview');
        if (answer === undefined) throw new Refused('nobody can be asked here: --yes sells without a question');
        if (!isYes(answer)) return show({ cancelled: true }, () => 'Nothing was sold.');
      }
    }
    const sold = await sellSurely(() => core.execute(key, wish, previewId), key);
    show({ key, ...sold }, () => soldText(sold));
  }

  const stopAsking = new AbortController();
  await withDesk(
    {
      dataDir: resolve(options['data-dir'] ?? '.data/currency'),
      config,
      env,
      confirm: (now, core) =>
        createTerminalConfirm(terminal, {
          now,
          offsetMs: () => core().state().clockOffsetMs,
          stop: stopAsking.signal,
        }),
      onCommand: (command) => terminal.complain(commandText(command)),
      onOpened: (dashboard, overview) =>
        show({ dashboard, overview }, () => dashboardText(dashboard.value, overview.value)),
      onHandled: (handled) => show(handled, handledText),
      mirror: options.verbose === true ? (line) => terminal.complain(line) : undefined,
    },
    (desk) => run(desk).catch(refuse),
  );
}

const leftMs = ({ exchange: core, now }: TerminalDesk, expiresAt: number): number =>
  expiresAt - now() - core.state().clockOffsetMs;

/** The same key again and again: whatever was lost on the way, it is one sale. */
async function sellSurely(sell: () => Promise<Sold>, key: string): Promise<Sold> {
  for (let asked = 1; ; asked += 1) {
    try {
      return await sell();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'device.server_unreachable') throw error;
      if (asked === ASK_AFTER) {
        throw new Refused(
          `the server does not answer, and nobody knows whether it sold. The same command with --key ${key} --skip-preview tells, and sells at most once`,
          { cause: error },
        );
      }
    }
  }
}

const SAID: Readonly<Partial<Record<AppError['code'], string>>> = {
  'auth.bad_credentials': 'Incorrect email or password',
  'exchange.sign_in_needed': SIGN_IN,
  'device.server_unreachable': 'the server does not answer',
  'exchange.preview_expired': 'the price of the preview is no longer kept: look at a new one',
  'exchange.price_changed': 'the price moved, and nothing was sold: look at a new preview',
  'exchange.asset_not_owned': 'there is none of it',
  'exchange.quantity_exceeds_available': 'there is less of it',
  'exchange.price_unavailable': 'there is no price of it now, and nothing was sold',
};

function refuse(error: unknown): never {
  if (!(error instanceof AppError)) throw error;
  const { code, details } = error;
  const facts = Object.entries(details)
    .filter(([name, value]) => /^(max_quantity|old|new|old_price|new_price)$/.test(name) && value !== undefined)
    .map(([name, value]) => `, ${name} ${String(value)}`)
    .join('');
  throw new Refused(`${SAID[code] ?? error.message} (${code}${facts})`, { cause: error });
}
