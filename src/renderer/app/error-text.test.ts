import { ORPCError } from '@orpc/client';
import { describe, expect, it } from 'vitest';
import { AppError, ERROR_CODES, type ErrorCode } from '#shared/kernel/errors.ts';
import { errorText, gestureOf, toFault } from './error-text.ts';
import { STAFF_LANGUAGES } from './i18n/areas.ts';
import { createTexts, type Text } from './i18n/i18n.ts';

const codes = Object.keys(ERROR_CODES) as ErrorCode[];

describe.each(STAFF_LANGUAGES)('%s', (language) => {
  it('has a sentence for every code of the registry', async () => {
    const texts = await createTexts(['common', 'errors'], language);
    expect(codes.filter((code) => !texts.exists(`errors:${code}`, { fallbackLng: [] }))).toEqual([]);
  });
});

it('speaks Russian of a known fault and keeps its reference', async () => {
  const t = (await createTexts(['common', 'errors'], 'ru')).t as unknown as Text;
  const error = new ORPCError('payments.provider_unavailable', { status: 503, message: 'x', data: { ref: 'r-17' } });
  expect(errorText(t, error)).toEqual({
    code: 'payments.provider_unavailable',
    text: t('errors:payments.provider_unavailable'),
    gesture: 'retry',
    ref: 'r-17',
  });
});

it('says nothing of what it does not know', () => {
  expect(toFault(new TypeError('secret')).code).toBe('app.internal');
  expect(toFault(new ORPCError('TEAPOT')).code).toBe('app.internal');
  expect(toFault(new AppError('visits.expired', 'gone')).code).toBe('visits.expired');
  expect(toFault(new DOMException('closed', 'AbortError')).code).toBe('app.unavailable');
});

it('turns retry advice into a gesture', () => {
  expect([gestureOf('sync.gap'), gestureOf('app.unavailable'), gestureOf('app.not_found')]).toEqual([
    'retry',
    'wait',
    'none',
  ]);
});
