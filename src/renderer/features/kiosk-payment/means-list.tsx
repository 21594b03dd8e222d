/** Other ways to pay than the bank's code: as large cards where a guest has to choose, as a line beside the code. */
import { UnstyledButton } from '@mantine/core';
import { type Icon, IconHash, IconHeartHandshake } from '@tabler/icons-react';
import { useText } from '../../app/i18n/i18n.ts';
import classes from './means-list.module.css';

export type AtHand = 'desk' | 'code';

const ICONS: Readonly<Record<AtHand, Icon>> = { desk: IconHeartHandshake, code: IconHash };

export function MeansList({
  means,
  look,
  busy = false,
  onChoose,
}: {
  readonly means: readonly AtHand[];
  readonly look: 'cards' | 'line';
  readonly busy?: boolean;
  readonly onChoose: (means: AtHand) => void;
}) {
  const t = useText();
  if (means.length === 0) return null;
  return (
    <section className={classes.list} data-look={look} aria-label={t('kiosk:pay.other.title')}>
      {means.map((one) => {
        const Icon = ICONS[one];
        return (
          <UnstyledButton key={one} className={classes.means} disabled={busy} onClick={() => onChoose(one)}>
            <span className={classes.icon} data-means={one}>
              <Icon aria-hidden stroke={1.75} />
            </span>
            <span className={classes.words}>
              <span className={classes.name}>{t(`kiosk:pay.other.${one}`)}</span>
              {look === 'cards' ? <span className={classes.text}>{t(`kiosk:pay.other.${one}_text`)}</span> : null}
            </span>
          </UnstyledButton>
        );
      })}
    </section>
  );
}
