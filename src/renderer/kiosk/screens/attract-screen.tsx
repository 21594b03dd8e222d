/** Nobody here yet: a quiet invitation in every language. Any touch begins. */
import { UnstyledButton } from '@mantine/core';
import { IconHandFinger } from '@tabler/icons-react';
import { LANGUAGES } from '#shared/visits/visits.schema.ts';
import { useLanguage, useText, useTextIn } from '../../app/i18n/i18n.ts';
import { useServices } from '../../features/visits/use-services.ts';
import { ProductMark } from '../../ui/product-mark.tsx';
import { LanguageSwitch } from '../language-switch.tsx';
import { Slides } from '../slides.tsx';
import classes from './attract-screen.module.css';

export function AttractScreen({ shopName, onTouch }: { readonly shopName?: string; readonly onTouch: () => void }) {
  const t = useText();
  const textIn = useTextIn();
  const shown = useLanguage();
  const { services } = useServices();
  /** The language on the screen speaks first. */
  const inTurn = [shown, ...LANGUAGES.filter((language) => language !== shown)];
  return (
    <div className={classes.screen}>
      <div className={classes.glow} aria-hidden />
      <UnstyledButton className={classes.touch} onClick={onTouch}>
        <span className={classes.brand}>
          <ProductMark />
          <span>{shopName === undefined ? t('common:product') : <bdi>{shopName}</bdi>}</span>
        </span>
        <Slides services={services} />
        <span className={classes.title}>{t('kiosk:attract.title')}</span>
        <span className={classes.text}>{t('kiosk:attract.text')}</span>
        <span className={classes.invitation}>
          <IconHandFinger className={classes.finger} aria-hidden stroke={1.5} />
          <span className={classes.calls}>
            {inTurn.map((language, index) => (
              <span key={language} className={classes.call} data-order={index} lang={language}>
                <bdi>{textIn(language)('kiosk:attract.touch')}</bdi>
              </span>
            ))}
          </span>
        </span>
      </UnstyledButton>
      <div className={classes.languages}>
        <LanguageSwitch />
      </div>
    </div>
  );
}
