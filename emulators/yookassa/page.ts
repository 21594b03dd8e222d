/** The page that the code of a kiosk leads to: a payer pays, or the bank refuses. */
import type { Payment } from './model.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
const STATES = { pending: '', succeeded: 'Оплачено. Можно вернуться к киоску.', canceled: 'Платёж отменён.' } as const;

export function checkoutPage(payment: Payment): string {
  const sum = `${(payment.amountMinor / 100).toFixed(2).replace('.', ',')} ${payment.currency === 'RUB' ? '₽' : payment.currency}`;
  const form =
    payment.status === 'pending'
      ? `<form method="post">
  <button name="act" value="pay">Оплатить</button>
  <button name="act" value="decline" class="plain">Банк отказывает</button>
</form>`
      : `<output>${STATES[payment.status]}</output>`;
  return `<!doctype html>
<html lang="ru">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Оплата ${sum}</title>
<style>
  body { display: grid; place-content: center; min-height: 100vh; margin: 0; background: #f3f4f6; font: 18px/1.5 system-ui, sans-serif; color: #17202a }
  main { width: min(24rem, 90vw); padding: 2rem; border-radius: 1.25rem; background: #fff; box-sizing: border-box }
  h1 { margin: 0 0 .25rem; font-size: 2.25rem }
  p { margin: 0 0 1.5rem; color: #51606f }
  button { display: block; width: 100%; margin-top: .75rem; padding: .9rem; border: 0; border-radius: .75rem; background: #0b5fd9; color: #fff; font: inherit; cursor: pointer }
  .plain { background: #e6e9ee; color: #17202a }
</style>
<main>
<h1>${sum}</h1>
<p>${escape(payment.description)}<br>Это эмулятор: деньги не списываются.</p>
${form}
</main>
`;
}
