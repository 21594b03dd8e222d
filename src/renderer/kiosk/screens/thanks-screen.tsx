import { Button } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useClock, useNow } from '../../app/clock.tsx';
import { useText } from '../../app/i18n/i18n.ts';
import { Frame } from '../frame.tsx';
import classes from './thanks-screen.module.css';

/** Long enough to be read, short enough not to keep the next guest. */
const SHOWN_MS = 10_000;

export function ThanksScreen({ onDone }: { readonly onDone: () => void }) {
  const t = useText();
  const clock = useClock();
  const [since] = useState(clock);
  const left = SHOWN_MS - (useNow(250) - since);
  const over = left <= 0;
  useEffect(() => {
    if (over) onDone();
  }, [over, onDone]);
  return (
    <Frame
      title={t('kiosk:thanks.title')}
      lead={t('kiosk:thanks.text')}
      actions={<Button onClick={onDone}>{t('kiosk:thanks.done')}</Button>}
      footnote={t('kiosk:thanks.clears', { count: Math.max(0, Math.ceil(left / 1000)) })}
    >
      <div className={classes.scene} aria-hidden>
        <span className={classes.check}>
          <IconCheck stroke={2.25} />
        </span>
      </div>
    </Frame>
  );
}
