import { TextInput } from '@mantine/core';
import { useText } from '../../app/i18n/i18n.ts';
import classes from './dialogs.module.css';
import type { Moment } from './moment.rules.ts';

export function MomentFields({
  moment,
  error,
  onChange,
}: {
  readonly moment: Moment;
  readonly error: string | undefined;
  readonly onChange: (moment: Moment) => void;
}) {
  const t = useText();
  return (
    <div className={classes.pair}>
      <TextInput
        type="date"
        label={t('goods:prices.date')}
        value={moment.date}
        error={error}
        onChange={({ currentTarget: { value } }) => onChange({ ...moment, date: value })}
      />
      <TextInput
        type="time"
        label={t('goods:prices.time')}
        value={moment.time}
        onChange={({ currentTarget: { value } }) => onChange({ ...moment, time: value })}
      />
    </div>
  );
}
