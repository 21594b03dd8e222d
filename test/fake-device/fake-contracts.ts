/** Contracts on the stage: made, signed by the code 123456, billed and paid, in memory. */
import { extraFeeOf } from '#shared/clients/tariff.rules.ts';
import type { Contract, Invoice, SupportMessage } from '#shared/contracts/contracts.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { ContractCard } from '#shared/rpc/contracts.contract.ts';
import { SHOP_ID } from './data.ts';
import type { createFakeClients } from './fake-clients.ts';
import { drawFakePaper } from './fake-paper.ts';
import type { Door } from './fake-register.ts';
import type { Ports } from './fake-tasks.ts';

export const FAKE_CODE = '123456';
const MINUTE_MS = 60_000;
const HASH = 'a1b2c3d4'.repeat(8);

type Files = Pick<ReturnType<typeof createFakeClients>, 'get'>;

export function createFakeContracts(
  { now, newId, changed, state }: Pick<Ports, 'now' | 'newId' | 'changed' | 'state'>,
  files: Files,
) {
  const contracts = new Map<string, Contract>();
  const invoices = new Map<string, Invoice[]>();
  const messages = new Map<string, SupportMessage[]>();

  const fees = (clientId: string): ContractCard['fees'] => {
    const file = files.get(clientId);
    if (file?.tariff === undefined) return null;
    const { tariff } = file.tariff;
    const lines = file.appliances.map((one) => ({
      applianceId: one.id,
      kind: one.kind,
      title: one.title,
      feeMinor: extraFeeOf(one, tariff),
      isBilled: true,
    }));
    const totalMinor = tariff.baseFeeMinor + lines.reduce((sum, { feeMinor }) => sum + feeMinor, 0);
    return { tariffName: tariff.name, baseFeeMinor: tariff.baseFeeMinor, lines, totalMinor, dueMinor: totalMinor };
  };
  const lacks = (clientId: string): ContractCard['lacks'] => {
    const file = files.get(clientId);
    if (file === null) return [];
    const { phone, registrationAddress } = file.client;
    return [
      ...(phone === undefined || registrationAddress === undefined ? (['profile'] as const) : []),
      ...(file.passport.faults.length > 0 ? (['passport'] as const) : []),
      ...(file.appliances.length === 0 ? (['appliances'] as const) : []),
      ...(file.tariff === undefined ? (['tariff'] as const) : []),
    ];
  };
  const isOnline = () => state().sync.state === 'online';
  const online = () => {
    if (!isOnline()) throw new AppError('contracts.offline', 'there is no line');
  };
  const known = (clientId: string): Contract => {
    const contract = contracts.get(clientId);
    if (contract === undefined) throw new AppError('contracts.not_found', clientId);
    return contract;
  };
  const keep = (contract: Contract): Contract => {
    contracts.set(contract.clientId, contract);
    changed('contracts', contract.clientId);
    return contract;
  };
  const say = (clientId: string, kind: SupportMessage['kind'], body: string) => {
    const id = newId();
    const said: SupportMessage = {
      id,
      shopId: SHOP_ID,
      clientId,
      ticketId: clientId,
      kind,
      author: 'system',
      body,
      at: now(),
      deliveredAt: now(),
    };
    messages.set(clientId, [...(messages.get(clientId) ?? []), said]);
  };
  const newCode = () => ({
    askedAt: now(),
    deliveredAt: now(),
    expiresAt: now() + 10 * MINUTE_MS,
    nextAt: now() + MINUTE_MS,
    attemptsLeft: 5,
  });
  const bill = (
    clientId: string,
    contract: Contract,
    amountMinor: number,
    description: string,
    kind: Invoice['kind'],
  ) => {
    const invoice: Invoice = {
      id: newId(),
      shopId: SHOP_ID,
      clientId,
      contractId: contract.id,
      contractNumber: contract.number,
      kind,
      amountMinor,
      description,
      dueDate: '2026-11-24',
      status: 'pending',
      createdAt: now(),
    };
    invoices.set(clientId, [invoice, ...(invoices.get(clientId) ?? [])]);
    say(clientId, 'invoice', `Выставлен счёт: ${description}, ${amountMinor / 100} ₽`);
    changed('contracts', clientId);
    return invoice;
  };
  const paper = async (clientId: string, number?: string) => {
    const file = files.get(clientId);
    const due = fees(clientId);
    if (file?.tariff === undefined || due === null) throw new AppError('contracts.tariff_required', clientId);
    return { ...(await drawFakePaper(file, file.tariff.tariff, due, now(), number)), sha256: HASH };
  };

  return {
    clear: () => {
      contracts.clear();
      invoices.clear();
      messages.clear();
    },
    procedures: (door: Door['contracts']) => ({
      card: door.card.handler(({ input: { clientId } }) => {
        const current = contracts.get(clientId) ?? null;
        return {
          contracts: current === null ? [] : [current],
          current,
          isChanged: false,
          lacks: lacks(clientId),
          fees: fees(clientId),
          invoices: invoices.get(clientId) ?? [],
          messages: messages.get(clientId) ?? [],
          isOnline: isOnline(),
        };
      }),
      draft: door.draft.handler(({ input }) => paper(input.clientId)),
      document: door.document.handler(({ input }) => paper(input.clientId, known(input.clientId).number)),
      generate: door.generate.handler(({ input: { clientId } }) => {
        online();
        const priced = fees(clientId);
        if (priced === null) throw new AppError('contracts.tariff_required', clientId);
        say(clientId, 'otp', 'Договор ПЕ-261121-01, код подтверждения ••••••');
        return keep({
          id: newId(),
          shopId: SHOP_ID,
          clientId,
          number: 'ПЕ-261121-01',
          version: 1,
          status: 'otp_sent',
          createdAt: now(),
          snapshotHash: HASH,
          photosHash: HASH,
          fileId: HASH,
          pdfSha256: HASH,
          appliances: priced.lines.map(({ applianceId, ...line }) => ({ id: applianceId, ...line })),
          tariff: {
            id: clientId,
            name: priced.tariffName,
            baseFeeMinor: priced.baseFeeMinor,
            extraPerApplianceMinor: 0,
          },
          totalMinor: priced.totalMinor,
          dueMinor: priced.dueMinor,
          code: newCode(),
        });
      }),
      requestOtp: door.requestOtp.handler(({ input: { clientId } }) => {
        online();
        return keep({ ...known(clientId), status: 'otp_sent', code: newCode() });
      }),
      confirm: door.confirm.handler(({ input: { clientId, code } }) => {
        online();
        const contract = known(clientId);
        if (contract.code === undefined) throw new AppError('contracts.already_signed', clientId);
        if (code !== FAKE_CODE) {
          const attemptsLeft = contract.code.attemptsLeft - 1;
          const status = attemptsLeft === 0 ? 'otp_locked' : 'otp_sent';
          keep({ ...contract, status, code: { ...contract.code, attemptsLeft } });
          const details = { attemptsLeft };
          throw new AppError(attemptsLeft === 0 ? 'contracts.otp_locked' : 'contracts.otp_invalid', code, { details });
        }
        const { code: _, ...rest } = contract;
        if (contract.dueMinor > 0)
          bill(clientId, contract, contract.dueMinor, `Договор ${contract.number}`, 'contract');
        return keep({
          ...rest,
          status: 'signed',
          signature: {
            signedAt: now(),
            pepAgreedAt: now(),
            hash: HASH,
            hmac: HASH,
            ip: '10.0.0.7',
            userAgent: 'Prilavok/0.1.0 (manager)',
            memberId: clientId,
            trail: {
              organizationId: SHOP_ID,
              seq: 1204,
              at: now(),
              event: 'contract.signed',
              actorKind: 'manager',
              actorId: clientId,
              entityType: 'contract',
              entityId: contract.id,
              details: {},
              ip: null,
              previous: HASH,
              hash: HASH,
            },
          },
        });
      }),
      confirmPayment: door.confirmPayment.handler(({ input: { clientId, amountMinor, reason } }) => {
        online();
        const all = invoices.get(clientId) ?? [];
        const due = all.find(({ status }) => status === 'pending');
        if (due === undefined) return null;
        const payment = {
          at: now(),
          source: 'manual' as const,
          amountMinor: amountMinor ?? due.amountMinor,
          ...(reason === undefined ? {} : { reason }),
        };
        const paid: Invoice = { ...due, status: 'paid', payment };
        invoices.set(
          clientId,
          all.map((one) => (one === due ? paid : one)),
        );
        keep({ ...known(clientId), status: 'paid', paidAt: now() });
        return paid;
      }),
      payOnline: door.payOnline.handler(({ input }) => {
        online();
        const due = (invoices.get(input.clientId) ?? []).find(({ id }) => id === input.invoiceId);
        if (due === undefined) throw new AppError('contracts.invoice_not_found', input.invoiceId);
        return {
          confirmationUrl: 'https://pay.example.ru/demo',
          amountMinor: due.amountMinor,
          expiresAt: now() + 10 * MINUTE_MS,
          status: 'waiting' as const,
        };
      }),
      notifyBilling: door.notifyBilling.handler(({ input }) => {
        online();
        return bill(input.clientId, known(input.clientId), input.amountMinor, input.description, 'extra');
      }),
    }),
  };
}
