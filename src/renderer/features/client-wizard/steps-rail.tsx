/** The four steps, which are done, and where one is. Any can be gone to: a client does not hand things over in our order. */
import { UnstyledButton } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useText } from '../../app/i18n/i18n.ts';
import type { ContractState } from '../../app/manager.tsx';
import classes from './wizard.module.css';
import { isDone, type Place, STEPS, type Step } from './wizard.rules.ts';

export function StepsRail({
  place,
  card,
  onStep,
}: {
  readonly place: Place;
  readonly card: ContractState;
  readonly onStep: (step: Step) => void;
}) {
  const t = useText();
  return (
    <nav className={classes.rail} aria-label={t('wizard:steps')}>
      <ol className={classes.steps}>
        {STEPS.map((step) => {
          const done = isDone(step, card);
          return (
            <li key={step}>
              <UnstyledButton
                className={classes.step}
                data-done={done || undefined}
                aria-current={place === step ? 'step' : undefined}
                onClick={() => onStep(step)}
              >
                <span className={classes.mark} aria-hidden>
                  {done && place !== step ? <IconCheck size={18} stroke={2.5} /> : step}
                </span>
                <span>{t(`wizard:step.${step}`)}</span>
                {done ? <span className="visually-hidden">{t('wizard:done')}</span> : null}
              </UnstyledButton>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
