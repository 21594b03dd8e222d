/** What a guest with a phone sees where a report does not open: one page, in their own language, without a script. */
import { createHash } from 'node:crypto';
import { LANGUAGES, type Language } from '#shared/visits/visits.schema.ts';
import words from './guest-page.words.json' with { type: 'json' };

export type GuestTrouble = 'expired' | 'pending' | 'unknown';

/** How often a page of a report that is on its way looks again, seconds. */
const LOOK_AGAIN_S = 10;

/** The language a browser asks for first among those that kiosks speak; Russian when it asks for none of them. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const wanted = (acceptLanguage ?? '').split(',').map((part) => {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
    const weight = Number(parameters.find((one) => one.trim().startsWith('q='))?.split('=')[1] ?? 1);
    return { tag: tag.split('-')[0], weight: Number.isFinite(weight) ? weight : 0 };
  });
  const [best] = wanted
    .filter(({ tag, weight }) => weight > 0 && LANGUAGES.some((one) => one === tag))
    .toSorted((a, b) => b.weight - a.weight);
  return LANGUAGES.find((one) => one === best?.tag) ?? 'ru';
}

const STYLE = `
:root{color-scheme:light dark;--paper:#f6f4ef;--surface:#fff;--ink:#1d1b18;--muted:#6e675d;--line:#e5e0d6;--brand:#0e6b52;--soft:#e2f0ea}
@media (prefers-color-scheme:dark){:root{--paper:#151412;--surface:#211f1c;--ink:#f5f1ea;--muted:#b3aa9c;--line:#38342e;--brand:#4fc09c;--soft:#17352c}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--paper);color:var(--ink);font:17px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans Hebrew",sans-serif}
main{width:100%;max-width:26rem;padding:32px 28px;border:1px solid var(--line);border-radius:20px;background:var(--surface)}
svg{width:64px;height:64px;padding:16px;border-radius:18px;background:var(--soft);color:var(--brand)}
h1{margin:20px 0 8px;font-size:26px;line-height:1.2;text-wrap:balance}
p{margin:0;color:var(--muted);text-wrap:pretty}
a{display:block;margin-top:28px;padding:14px 20px;border-radius:14px;background:var(--brand);color:var(--surface);font-weight:600;text-align:center;text-decoration:none}
a:focus-visible{outline:3px solid var(--ink);outline-offset:3px}
@media (prefers-reduced-motion:no-preference){.turns{animation:t 1.6s linear infinite;transform-origin:12px 12px}@keyframes t{to{transform:rotate(1turn)}}}
`;

/** Nothing but this page's own style is let in. */
export const GUEST_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const ICONS: Readonly<Record<GuestTrouble, string>> = {
  expired: '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 3"/>',
  pending: '<path class="turns" d="M21 12a9 9 0 1 1-6.2-8.6"/>',
  unknown: '<path d="M14 3v4a1 1 0 0 0 1 1h4M5 21V5a2 2 0 0 1 2-2h7l5 5v13z"/><path d="m10 12 4 4m0-4-4 4"/>',
};

/** Every word is from the file beside this one: nothing that a guest sent is in the page. */
export function guestPage(trouble: GuestTrouble, language: Language): string {
  const { again, ...own } = words[language];
  const { title, text } = own[trouble];
  return `<!doctype html>
<html lang="${language}" dir="${language === 'he' ? 'rtl' : 'ltr'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${trouble === 'pending' ? `<meta http-equiv="refresh" content="${LOOK_AGAIN_S}">\n` : ''}<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${ICONS[trouble]}</svg>
<h1>${title}</h1>
<p>${text}</p>
${trouble === 'expired' ? '' : `<a href="">${again}</a>\n`}</main>
</body>
</html>
`;
}
