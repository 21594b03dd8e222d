/** What every step has around it: its name, its words, what is beside it, and the way on. */
import { Button } from '@mantine/core';
import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { isDialogOpen } from '../../app/dialog-open.ts';
import { useText } from '../../app/i18n/i18n.ts';
import { useKeys } from '../../app/keys.ts';
import { KeyHint } from '../../ui/key-hint.tsx';
import classes from './wizard.module.css';
import { type Step, stepAfter, stepBefore } from './wizard.rules.ts';

export function StepFrame({
  step,
  title,
  lead,
  action,
  state,
  side,
  isNextBusy = false,
  children,
  onStep,
}: {
  readonly step: Step;
  readonly title: string;
  readonly lead?: ReactNode;
  readonly action?: ReactNode;
  /** Whether it is saved. */
  readonly state?: ReactNode;
  readonly side?: ReactNode;
  readonly isNextBusy?: boolean;
  readonly children: ReactNode;
  readonly onStep: (step: Step) => void;
}) {
  const t = useText();
  const before = stepBefore(step);
  const next = stepAfter(step);
  useKeys(() =>
    isDialogOpen()
      ? {}
      : {
          'Ctrl+Enter': next && (() => onStep(next)),
          'Alt+ArrowRight': next && (() => onStep(next)),
          'Alt+ArrowLeft': before && (() => onStep(before)),
        },
  );
  return (
    <div className={classes.body} data-side={side !== undefined || undefined}>
      <section className={classes.main} aria-labelledby="step-title">
        <header className={classes.stepHead}>
          <div>
            <h2 id="step-title" className={classes.stepTitle}>
              {title}
            </h2>
            {lead === undefined ? null : <p className={classes.lead}>{lead}</p>}
          </div>
          {action}
        </header>
        {children}
      </section>
      {side === undefined ? null : <aside className={classes.side}>{side}</aside>}
      <footer className={classes.foot}>
        {before === undefined ? null : (
          <Button
            variant="default"
            leftSection={<IconArrowLeft size={18} aria-hidden />}
            onClick={() => onStep(before)}
          >
            {t('wizard:back')}
          </Button>
        )}
        <div className={classes.footState}>{state ?? <p className={classes.saved}>{t('wizard:saved.idle')}</p>}</div>
        {next === undefined ? null : (
          <Button
            size="lg"
            loading={isNextBusy}
            rightSection={<IconArrowRight size={20} aria-hidden />}
            onClick={() => onStep(next)}
          >
            {t(`wizard:next.${next}`)}
            <span className={classes.nextKey}>
              <KeyHint keys="Ctrl+Enter" />
            </span>
          </Button>
        )}
      </footer>
    </div>
  );
}
