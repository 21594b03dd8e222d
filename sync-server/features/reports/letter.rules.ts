/** What is written to a guest. An SMS says nothing of the guest or the car: anybody may hold the phone. */
import type { DeliveryRequest } from '#shared/reports/delivery.schema.ts';
import type { Language } from '#shared/visits/visits.schema.ts';
import words from './letter.words.json' with { type: 'json' };

type Words = (typeof words)['ru'];
const WORDS: Readonly<Record<Language, Words>> = words;

const fill = (phrase: string, values: Readonly<Record<string, string>>): string =>
  phrase.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);

export function emailOf(
  { kind, language, reportId }: Pick<DeliveryRequest, 'kind' | 'language' | 'reportId'>,
  organization: string,
  copyUrl: string,
): { readonly subject: string; readonly text: string } {
  const own = WORDS[language];
  const values = { title: own.title[kind], organization, url: copyUrl, id: reportId };
  // What a header holds is one line, whatever the organisation is called.
  return {
    subject: fill(own.subject, values).replace(/\s+/g, ' '),
    text: fill(own.text, values),
  };
}

export const smsOf = (language: Language, organization: string, url: string): string =>
  fill(WORDS[language].sms, { organization: organization.slice(0, 40), url });
