/** A contract's paper on the stage: drawn as a device draws it, with a passport of nobody. */
import path from 'node:path';
import { drawContract } from '#node/contract-pdf/contract.pdf.ts';
import { createReportFonts } from '#node/pdf/fonts.ts';
import type { Tariff } from '#shared/clients/tariff.schema.ts';
import type { ClientFile } from '#shared/rpc/clients.contract.ts';
import type { ContractCard } from '#shared/rpc/contracts.contract.ts';
import { shop } from './data.ts';

const fonts = createReportFonts(path.join(import.meta.dirname, '../..'));
const PASSPORT = {
  lastName: 'Никтова',
  firstName: 'Анна',
  middleName: 'Петровна',
  birthDate: '1990-01-01',
  series: '0000',
  number: '000000',
  issuedBy: 'ОВД района Образцовый',
  issueCode: '000-000',
  issueDate: '2010-01-01',
  address: 'г. Москва, ул. Образцовая, д. 1',
};

/** @param number none: a draft. */
export async function drawFakePaper(
  { client, appliances }: Pick<ClientFile, 'client' | 'appliances'>,
  tariff: Tariff,
  fees: NonNullable<ContractCard['fees']>,
  at: number,
  number?: string,
) {
  const { id, name, phone, email } = client;
  const { totalMinor, dueMinor } = fees;
  const { bytes, pages } = await drawContract(
    {
      number,
      createdAt: at,
      timeZone: shop.timeZone,
      party: {
        organization: 'ООО «Прилавок»',
        inn: '7707083893',
        shop: shop.name,
        address: 'г. Москва, ул. Лесная, 5',
      },
      client: { id, name, phone, email },
      passport: PASSPORT,
      appliances: appliances.map((one) => ({ ...one, photos: [] })),
      fees: {
        tariff,
        appliances: fees.lines.map(({ applianceId, ...line }) => ({ ...line, id: applianceId })),
        totalMinor,
        dueMinor,
      },
      photos: new Map(),
      payWithinDays: 3,
      supersedes: undefined,
    },
    await fonts(),
  );
  return { name: `${number ?? 'ЧЕРНОВИК'}.pdf`, base64: Buffer.from(bytes).toString('base64'), pages };
}
