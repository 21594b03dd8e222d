/** Whether what was typed is kept, in words, in the same place of every step. */
import { IconAlertTriangle, IconCheck, IconCloudUpload, IconPencil } from '@tabler/icons-react';
import { errorText } from '../../app/error-text.ts';
import { useText } from '../../app/i18n/i18n.ts';
import type { Autosave } from './use-autosave.ts';
import classes from './wizard.module.css';

export function SavedLine({ form }: { readonly form: Pick<Autosave, 'state' | 'error' | 'wrong' | 'isOnlyHere'> }) {
  const t = useText();
  const isWrong = form.wrong.size > 0;
  const [Icon, tone] =
    form.state === 'failed' || form.state === 'disputed' || isWrong
      ? ([IconAlertTriangle, 'warn'] as const)
      : form.state === 'saving' || form.state === 'stale'
        ? ([IconCloudUpload, 'plain'] as const)
        : form.state === 'typing'
          ? ([IconPencil, 'plain'] as const)
          : ([IconCheck, 'good'] as const);
  return (
    <output className={classes.saved} data-tone={tone}>
      <Icon size={18} aria-hidden />
      <span>
        {form.state === 'failed'
          ? t('wizard:saved.failed', { why: errorText(t, form.error).text })
          : isWrong && form.state !== 'disputed'
            ? t(form.isOnlyHere ? 'wizard:saved.only_here' : 'wizard:saved.wrong')
            : t(`wizard:saved.${form.state}`)}
      </span>
    </output>
  );
}
