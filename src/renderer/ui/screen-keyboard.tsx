/** Keys on the screen, for panels that have no others. It types; whoever shows it keeps the text. */
import { UnstyledButton } from '@mantine/core';
import { IconBackspace, IconSpace } from '@tabler/icons-react';
import { useText } from '../app/i18n/i18n.ts';
import classes from './screen-keyboard.module.css';

/** Addresses and codes are Latin, whatever the language on the screen; a name is in the letters of whoever has it. */
const LAYOUTS = {
  email: ['1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', '_-.@'],
  phone: ['123', '456', '789', '+0'],
  digits: ['123', '456', '789', '0'],
  cyrillic: ['йцукенгшщзх', 'фывапролджэ', 'ячсмитьбюъё', '- '],
  latin: ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'éèáçñü- '],
  hebrew: ['קראטוןםפ', 'שדגכעיחלךף', 'זסבהנמצתץ', '- '],
  address: ['1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', ':/.-'],
} as const;
export type KeyboardLayout = keyof typeof LAYOUTS;

export function ScreenKeyboard({
  layout,
  onType,
  onErase,
}: {
  readonly layout: KeyboardLayout;
  readonly onType: (text: string) => void;
  readonly onErase: () => void;
}) {
  const t = useText();
  const rows = LAYOUTS[layout];
  return (
    // Keys keep their places in a right-to-left language, as on a real keyboard.
    <fieldset className={classes.keyboard} data-layout={layout} dir="ltr" aria-label={t('common:keyboard.label')}>
      {rows.map((row, index) => (
        <div key={row} className={classes.row}>
          {row.split('').map((key) => (
            <UnstyledButton
              key={key}
              className={classes.key}
              {...(key === ' ' ? { 'data-kind': 'space', 'aria-label': t('common:keyboard.space') } : {})}
              onClick={() => onType(key)}
            >
              {key === ' ' ? <IconSpace aria-hidden stroke={1.75} /> : key}
            </UnstyledButton>
          ))}
          {index === rows.length - 1 ? (
            <UnstyledButton
              className={classes.key}
              data-kind="erase"
              aria-label={t('common:keyboard.erase')}
              onClick={onErase}
            >
              <IconBackspace aria-hidden stroke={1.75} />
            </UnstyledButton>
          ) : null}
        </div>
      ))}
    </fieldset>
  );
}
