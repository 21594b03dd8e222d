import { Loader } from '@mantine/core';
import { IconCheck, IconPoint } from '@tabler/icons-react';
import { SCAN_STEPS, type ScanStep } from '#shared/diagnostics/diagnostics.schema.ts';
import { useFormat } from '../../app/format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import classes from './scan-progress.module.css';

/** How far the scan is, and what the car is being asked right now. */
export function ScanProgress({ step, share }: { readonly step: ScanStep; readonly share: number }) {
  const t = useText();
  const format = useFormat();
  const at = SCAN_STEPS.indexOf(step);
  return (
    <div className={classes.progress}>
      <div
        className={classes.ring}
        // A <progress> is a bar.
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="progressbar"
        aria-label={t('checks:run.label')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
      >
        <svg viewBox="0 0 200 200" className={classes.circle} aria-hidden>
          <circle className={classes.track} cx="100" cy="100" r="88" />
          <circle
            className={classes.arc}
            cx="100"
            cy="100"
            r="88"
            pathLength="100"
            strokeDasharray={`${Math.max(2, share * 100)} 100`}
          />
        </svg>
        <span className={classes.share}>{format.percent(Math.round(share * 100) / 100)}</span>
      </div>
      <ol className={classes.steps}>
        {SCAN_STEPS.map((one, index) => (
          <li
            key={one}
            className={classes.step}
            data-state={index < at ? 'done' : index === at ? 'now' : 'next'}
            aria-current={index === at ? 'step' : undefined}
          >
            <span className={classes.mark} aria-hidden>
              {index < at ? <IconCheck stroke={2.5} /> : index === at ? <Loader size="2rem" /> : <IconPoint />}
            </span>
            {t(`checks:run.step.${one}`)}
          </li>
        ))}
      </ol>
      <output className={classes.spoken}>{t(`checks:run.step.${step}`)}</output>
    </div>
  );
}
