/** `npm run server -- wallet …`: paper money for somebody's wallet. There is no real exchange behind it. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { DecimalInput } from '#shared/exchange/amounts.schema.ts';
import { dollars, dollarsToMinor } from '#shared/exchange/decimal.rules.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import { findUserByEmail } from '../../auth/users.repo.ts';
import type { OpenDb } from '../../db/db.ts';
import { findWallet } from './wallets.repo.ts';
import { type Gift, giveToWallet } from './wallets.service.ts';

export interface WalletCommand extends Gift {
  readonly email: string;
  /** What is left are settings of the server. */
  readonly rest: readonly string[];
}

const FLAGS = ['email', 'cash', 'asset', 'quantity', 'price'] as const;
const USAGE =
  'wallet --email E [--cash 1000.00] [--asset bitcoin --quantity 0.5 --price 40000]: gives paper money to the wallet of E';

const Given = z.object({
  email: z.email('must be an e-mail address'),
  cash: DecimalInput.optional(),
  asset: z.string().min(1).optional(),
  quantity: DecimalInput.optional(),
  price: DecimalInput.optional(),
});

/** The arguments; undefined when they ask for a server. @throws AppError `config.invalid` */
export function readWalletCommand(argv: readonly string[]): WalletCommand | undefined {
  const [command, ...args] = argv;
  if (command !== 'wallet') return undefined;
  const isOwn = (index: number): boolean => FLAGS.some((flag) => args[index]?.split('=')[0] === `--${flag}`);
  const isValueOfOwn = (index: number): boolean => isOwn(index - 1) && args[index - 1]?.includes('=') === false;
  const own = args.filter((_, index) => isOwn(index) || isValueOfOwn(index));
  const rest = args.filter((_, index) => !isOwn(index) && !isValueOfOwn(index));
  const options = Object.fromEntries(FLAGS.map((flag) => [flag, { type: 'string' as const }]));
  const parsed = Given.safeParse(read(own, options));
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`);
    throw new AppError('config.invalid', [...lines, USAGE].join('\n'));
  }
  const { email, cash, asset, quantity, price } = parsed.data;
  const cashMinor = cash === undefined ? undefined : dollarsToMinor(cash);
  if (cash !== undefined && cashMinor === undefined) throw usage('--cash: must have at most two places');
  if (asset === undefined) {
    if (cash === undefined || quantity !== undefined || price !== undefined) throw usage('what shall it be given?');
    return { email, cashMinor, rest };
  }
  if (quantity === undefined || price === undefined) throw usage('--asset needs --quantity and --price');
  return { email, cashMinor, asset: { id: asset, quantity, unitPrice: price }, rest };
}

/** One line of JSON. @throws AppError `config.invalid` there is nobody with this address */
export async function giveByCommand(
  { db }: Pick<OpenDb, 'db'>,
  ports: { readonly now: () => number; readonly newId: NewId },
  { email, cashMinor, asset }: WalletCommand,
): Promise<string> {
  return db.transaction(async (tx) => {
    const user = await findUserByEmail(tx, email);
    if (user === undefined) throw usage(`--email: nobody has the address ${email}`);
    const owner = { organizationId: user.organizationId, userId: user.id };
    await giveToWallet(tx, ports, owner, { cashMinor, asset });
    return JSON.stringify({ email, cash: dollars((await findWallet(tx, owner))?.cashMinor ?? 0), asset });
  });
}

function read(args: readonly string[], options: Record<string, { readonly type: 'string' }>) {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

const usage = (why: string) => new AppError('config.invalid', `${why}\n${USAGE}`);
