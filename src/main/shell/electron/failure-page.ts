/** What the screen says when the device could not start: a sentence, the code, the line to look for in the log. */
import { policyForStyle } from '#main/shell/csp.ts';
import { AppError, type ErrorCode } from '#shared/kernel/errors.ts';

const SENTENCES: Partial<Readonly<Record<ErrorCode, string>>> = {
  'db.from_future': 'Данные на этом устройстве записаны более новой версией программы. Установите её.',
  'db.foreign_file': 'Файл данных принадлежит другой программе.',
  'db.unreadable': 'Файл данных повреждён. Он сохранён, восстановление — через поддержку.',
  'db.migration_failed': 'Не удалось обновить данные. Прежний файл возвращён на место.',
  'db.locked': 'Данные заняты другой программой.',
};

const STYLE = `
  body { margin: 0; min-height: 100vh; display: grid; place-content: center; gap: 12px; padding: 32px;
         font: 20px/1.5 system-ui, sans-serif; color: #1a1b1e; background: #fff; text-align: center; }
  h1 { margin: 0; font-size: 32px; } p { margin: 0; max-width: 36em; } small { color: #5c5f66; }
`;
export const FAILURE_PAGE_POLICY = policyForStyle(STYLE);

/** A page with no script. Only a registered code is shown: the text of a fault may hold a path or a name. */
export function failurePage(error: unknown, version: string): string {
  const code: ErrorCode = error instanceof AppError ? error.code : 'app.internal';
  const sentence = SENTENCES[code] ?? 'Причина записана в журнал.';
  return `<!doctype html>
<html lang="ru">
<meta charset="utf-8">
<title>Прилавок не запустился</title>
<style>${STYLE}</style>
<h1>Прилавок не запустился</h1>
<p>${sentence}</p>
<p><small>${code} · ${version.replace(/[^\w.+-]/g, '')}</small></p>
</html>
`;
}
