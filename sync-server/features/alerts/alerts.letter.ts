/** One letter about all that is new: a shop whose line is cut must not fill a mailbox. */
import words from './alerts.words.json' with { type: 'json' };
import type { MailedAlert } from './watch.repo.ts';

const MOST_LINES = 20;

export function letterOf(
  alerts: readonly MailedAlert[],
  url: string,
): { readonly subject: string; readonly text: string } {
  const lines = [...Map.groupBy(alerts, ({ kind }) => kind)].flatMap(([kind, ofKind]) => {
    const names = ofKind.flatMap(({ details: { name } }) => (typeof name === 'string' ? [name] : []));
    const of = names.length === 0 ? '' : `: ${[...new Set(names)].slice(0, MOST_LINES).join(', ')}`;
    return [`- ${words.kind[kind]}${ofKind.length > 1 ? ` (${ofKind.length})` : ''}${of}`];
  });
  return {
    subject: words.subject.replace('{count}', String(alerts.length)),
    text: [words.intro, '', ...lines, '', words.outro.replace('{url}', url), ''].join('\n'),
  };
}
