/** Whose it is: a name in the guest's own letters, typed with the keys on the screen or a real keyboard. */
import { SegmentedControl } from '@mantine/core';
import { useId, useState } from 'react';
import { useLanguage, useText } from '../../app/i18n/i18n.ts';
import { ScreenKeyboard } from '../../ui/screen-keyboard.tsx';
import classes from './contact-form.module.css';
import { SCRIPTS, scriptOf, withName } from './name.rules.ts';

export function NameForm({
  name,
  wrong,
  onChange,
  onEnter,
}: {
  readonly name: string;
  /** Say that it is no name yet. */
  readonly wrong: boolean;
  readonly onChange: (name: string) => void;
  readonly onEnter: () => void;
}) {
  const t = useText();
  const hint = useId();
  const language = useLanguage();
  const [script, setScript] = useState(() => scriptOf(language));
  return (
    <div className={classes.form}>
      <div>
        <input
          className={classes.field}
          // The keys are on the screen already.
          inputMode="none"
          type="text"
          dir="auto"
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          // The question of this screen is this field, and nothing opens by it: the keys are on the screen.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          aria-label={t('photo:name.label')}
          aria-invalid={wrong}
          aria-describedby={hint}
          value={name}
          onChange={(event) => onChange(withName(event.currentTarget.value))}
          onKeyDown={(event) => {
            if (event.key === 'Enter') onEnter();
          }}
        />
        <p id={hint} className={classes.hint} data-wrong={wrong} role={wrong ? 'alert' : undefined}>
          {t(wrong ? 'photo:name.wrong' : 'photo:name.hint')}
        </p>
      </div>
      <div className={classes.keys}>
        <SegmentedControl
          fullWidth
          value={script}
          onChange={setScript}
          classNames={{ root: classes.ways ?? '', label: classes.way ?? '', indicator: classes.indicator ?? '' }}
          data={SCRIPTS.map((one) => ({ value: one, label: t(`photo:name.script.${one}`) }))}
        />
        <ScreenKeyboard
          layout={script}
          onType={(text) => onChange(withName(name + text))}
          onErase={() => onChange(name.slice(0, -1))}
        />
      </div>
    </div>
  );
}
