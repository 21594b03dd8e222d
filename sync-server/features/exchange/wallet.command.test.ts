import { afterAll, beforeAll, expect, test } from 'vitest';
import { addOrganization, addUser, createTestApp, type TestApp } from '../../testing/test-app.ts';
import { giveByCommand, readWalletCommand } from './wallet.command.ts';
import { listHoldings } from './wallets.repo.ts';

let server: TestApp;
beforeAll(async () => {
  server = await createTestApp();
});
afterAll(() => server.close());

const read = (line: string) => readWalletCommand(line.split(' '));

test('its own flags are told from those of the server', () => {
  expect(read('--port 8000')).toBeUndefined();
  expect(
    read('wallet --email a@b.example --cash=1000.00 --data-dir D --asset bitcoin --quantity 0.50 --price 40000'),
  ).toEqual({
    email: 'a@b.example',
    cashMinor: 100_000,
    asset: { id: 'bitcoin', quantity: '0.5', unitPrice: '40000' },
    rest: ['--data-dir', 'D'],
  });
});

test.each([
  ['wallet', '--email'],
  ['wallet --email a@b.example', 'what shall it be given'],
  ['wallet --email a@b.example --cash 1.001', 'two places'],
  ['wallet --email a@b.example --cash -1', '--cash'],
  ['wallet --email a@b.example --asset bitcoin --quantity 1', '--price'],
])('%s is refused with what is wrong', (line, said) => expect(() => read(line)).toThrow(said));

test('what is given stands in the wallet; a second purchase moves the average', async () => {
  const organization = await addOrganization(server);
  const { userId, email } = await addUser(server, organization, ['cashier']);
  const ports = { now: () => server.clock.now, newId: server.newId };
  const give = (line: string) => {
    const command = read(`wallet --email ${email} ${line}`);
    if (command === undefined) throw new Error('no command');
    return giveByCommand(server.opened, ports, command);
  };
  expect(JSON.parse(await give('--cash 1000'))).toEqual({ email, cash: '1000.00' });
  await give('--asset bitcoin --quantity 0.5 --price 40000');
  await give('--asset bitcoin --quantity 0.5 --price 60000');
  const owner = { ...organization, userId };
  expect(await listHoldings(server.db, owner)).toMatchObject([{ quantity: '1', totalCostMinor: 5_000_000 }]);
  await expect(give('--asset no-such-coin --quantity 1 --price 1')).rejects.toThrow('bitcoin, ethereum');
});
