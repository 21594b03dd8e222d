/** Somebody else saved these fields while they were typed here: both values, and one is chosen. */
import { Button } from '@mantine/core';
import { IconArrowsSplit2 } from '@tabler/icons-react';
import { useText } from '../../app/i18n/i18n.ts';
import classes from './disputes.module.css';
import type { Autosave } from './use-autosave.ts';

export function MeanwhileChanged({
  form,
  theirs,
  nameOf,
}: {
  readonly form: Pick<Autosave, 'disputed' | 'settle' | 'value'>;
  /** What the file says now; masked where it is not shown. */
  readonly theirs: Readonly<Record<string, string | undefined>>;
  readonly nameOf: (field: string) => string;
}) {
  const t = useText();
  if (form.disputed.length === 0) return null;
  const side = (whose: 'mine' | 'theirs', values: readonly (readonly [string, string | undefined])[]) => (
    <li className={classes.side}>
      <div className={classes.value}>
        {values.map(([field, value]) => (
          <div key={field}>
            <small className={classes.hand}>{nameOf(field)}</small>
            {value === undefined || value === '' ? (
              <span className={classes.emptied}>{t('manager:conflict.emptied')}</span>
            ) : (
              <bdi>{value}</bdi>
            )}
          </div>
        ))}
      </div>
      <Button variant={whose === 'mine' ? 'light' : 'default'} onClick={() => form.settle(whose)}>
        {t(`wizard:meanwhile.${whose}`)}
      </Button>
    </li>
  );
  return (
    <section className={classes.conflicts} aria-labelledby="meanwhile">
      <h3 id="meanwhile" className={classes.conflictsTitle}>
        <IconArrowsSplit2 size={20} aria-hidden />
        {t('wizard:meanwhile.title')}
      </h3>
      <p className={classes.conflictsText}>{t('wizard:meanwhile.text')}</p>
      <ul className={classes.sides}>
        {side(
          'theirs',
          form.disputed.map((field) => [field, theirs[field]]),
        )}
        {side(
          'mine',
          form.disputed.map((field) => [field, form.value(field)]),
        )}
      </ul>
    </section>
  );
}
