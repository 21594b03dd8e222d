/** The stage of every kiosk question: the way back and the languages on top, one question, one main action below. */
import { Button } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useText } from '../app/i18n/i18n.ts';
import { ProductMark } from '../ui/product-mark.tsx';
import classes from './frame.module.css';
import { guestOf, type ProgressStep, progressOf } from './kiosk.flow.ts';
import { useKiosk } from './kiosk.store.ts';
import { LanguageSwitch } from './language-switch.tsx';

export interface FrameProps {
  /** Which dot is lit; none on screens outside the questions. */
  readonly step?: ProgressStep;
  readonly onBack?: (() => void) | undefined;
  readonly title: ReactNode;
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
  /** The main action and its alternatives. */
  readonly actions?: ReactNode;
  readonly footnote?: ReactNode;
}

export function Frame({ step, onBack, title, lead, children, actions, footnote }: FrameProps) {
  const t = useText();
  return (
    <div className={classes.frame}>
      <header className={classes.top}>
        {onBack ? (
          <Button
            variant="default"
            size="sm"
            className={classes.back}
            leftSection={<IconArrowLeft className="pk-mirror" aria-hidden />}
            onClick={onBack}
          >
            {t('common:action.back')}
          </Button>
        ) : (
          <span className={classes.brand}>
            <ProductMark />
            {t('common:product')}
          </span>
        )}
        <LanguageSwitch />
      </header>
      {step ? <Progress step={step} /> : null}
      <main className={classes.main}>
        <div className={classes.heading}>
          <h1 className={classes.title}>{title}</h1>
          {lead === undefined ? null : <p className={classes.lead}>{lead}</p>}
        </div>
        {children}
      </main>
      {actions === undefined ? null : <div className={classes.actions}>{actions}</div>}
      {footnote === undefined ? null : <footer className={classes.footnote}>{footnote}</footer>}
    </div>
  );
}

function Progress({ step }: { readonly step: ProgressStep }) {
  const t = useText();
  const kind = useKiosk(({ flow }) => guestOf(flow)?.kind);
  const steps = progressOf(kind);
  const at = steps.indexOf(step);
  return (
    // A <progress> cannot show steps.
    <div
      className={classes.progress}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="progressbar"
      aria-label={t('kiosk:progress')}
      aria-valuemin={1}
      aria-valuemax={steps.length}
      aria-valuenow={at + 1}
    >
      {steps.map((one, index) => (
        <span key={one} className={classes.dot} data-state={index < at ? 'done' : index === at ? 'now' : 'next'} />
      ))}
    </div>
  );
}
