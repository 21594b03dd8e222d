import hq from '../../src/renderer/app/i18n/ru/hq.json' with { type: 'json' };
import { expect, test } from './fixtures.ts';

void hq;
test('headquarters answers its page', async ({ openScreen }) => {
  const page = await openScreen('hq');
  await expect(page.locator('body')).not.toBeEmpty();
});
