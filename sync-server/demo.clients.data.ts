/** Clients of the demonstration's manager. Everybody and everything here is invented. */
import type { Appliance } from '#shared/clients/appliances.schema.ts';
import type { Client } from '#shared/clients/clients.schema.ts';
import type { PassportValues } from '#shared/clients/passport.schema.ts';
import { DEFAULT_EXTRA_PER_APPLIANCE_MINOR, type Tariff } from '#shared/clients/tariff.schema.ts';

export const DEMO_TARIFFS: readonly Pick<Tariff, 'name' | 'baseFeeMinor' | 'extraPerApplianceMinor' | 'notes'>[] = [
  {
    name: 'Домашний сервис',
    baseFeeMinor: 0,
    extraPerApplianceMinor: DEFAULT_EXTRA_PER_APPLIANCE_MINOR,
    notes: 'За каждый прибор отдельно',
  },
  { name: 'Вся кухня', baseFeeMinor: 150_000, extraPerApplianceMinor: 60_000, notes: 'Выгоднее от четырёх приборов' },
];

export interface DemoClient
  extends Pick<Client, 'name' | 'phone' | 'email' | 'registrationAddress' | 'comment' | 'status'> {
  /** When somebody last did anything with the file. */
  readonly minutesAgo: number;
  /** By the manager of the demonstration. */
  readonly isTaken: boolean;
  readonly appliances: readonly (Pick<Appliance, 'kind' | 'title' | 'description' | 'specs'> & {
    readonly extraFeeMinor?: number;
  })[];
  readonly passport?: PassportValues;
}

export const DEMO_CLIENTS: readonly DemoClient[] = [
  {
    name: 'Кузнецова Ольга Павловна',
    phone: '+79005550101',
    email: 'olga@prilavok.example',
    registrationAddress: 'г. Москва, ул. Новослободская, д. 24, кв. 17',
    status: 'new',
    minutesAgo: 8,
    isTaken: false,
    appliances: [],
  },
  {
    name: 'Белов Артём Игоревич',
    phone: '+79005550102',
    registrationAddress: 'г. Москва, ул. Лесная, д. 30',
    comment: 'Просил позвонить после шести',
    status: 'new',
    minutesAgo: 95,
    isTaken: false,
    appliances: [{ kind: 'phone', title: 'Samsung Galaxy S23', description: 'Быстро садится батарея' }],
  },
  {
    name: 'Гусева Нина Фёдоровна',
    phone: '+79005550103',
    status: 'new',
    minutesAgo: 26 * 60,
    isTaken: false,
    appliances: [],
  },
  {
    name: 'Петров Сергей Николаевич',
    phone: '+79005550104',
    email: 'petrov@prilavok.example',
    registrationAddress: 'г. Москва, ул. Тверская, д. 5, кв. 10',
    status: 'in_verification',
    minutesAgo: 21,
    isTaken: true,
    appliances: [
      { kind: 'television', title: 'LG OLED55C3', specs: { Диагональ: '55″', 'Серийный номер': '303MAXK1D842' } },
      { kind: 'fridge', title: 'Bosch KGN39', description: 'Шумит компрессор', extraFeeMinor: 150_000 },
      { kind: 'router', title: 'Keenetic Giga' },
    ],
    passport: {
      lastName: 'Петров',
      firstName: 'Сергей',
      middleName: 'Николаевич',
      birthDate: '1984-05-17',
      series: '4509',
      number: '123456',
      issuedBy: 'ОВД Тверского района города Москвы',
      issueCode: '770-001',
      issueDate: '2009-06-02',
      address: 'г. Москва, ул. Тверская, д. 5, кв. 10',
    },
  },
  {
    name: 'Лебедева Ирина Олеговна',
    phone: '+79005550105',
    registrationAddress: 'г. Химки, ул. Маяковского, д. 14, кв. 62',
    status: 'in_verification',
    minutesAgo: 170,
    isTaken: true,
    appliances: [
      { kind: 'hob', title: 'Electrolux EHF6547' },
      { kind: 'oven', title: 'Gorenje BO735' },
    ],
    // As it was left: what a contract still needs is shown.
    passport: { lastName: 'Лебедева', firstName: 'Ирина', series: '4612', number: '654321' },
  },
  {
    name: 'Морозов Денис Андреевич',
    phone: '+79005550106',
    registrationAddress: 'г. Москва, ул. Садовая, д. 3, кв. 44',
    status: 'in_verification',
    minutesAgo: 3 * 24 * 60,
    isTaken: false,
    appliances: [{ kind: 'air_conditioner', title: 'Daikin FTXB25', description: 'Капает внутренний блок' }],
  },
];
