import { useText } from '../../app/i18n/i18n.ts';
import classes from './connect-steps.module.css';
import { SocketPicture } from './socket-picture.tsx';

const STEPS = ['socket', 'plug', 'ignition'] as const;

/** What a guest does before the scan: a picture and three short lines. */
export function ConnectSteps() {
  const t = useText();
  return (
    <div className={classes.connect}>
      <SocketPicture />
      <ol className={classes.steps}>
        {STEPS.map((step, index) => (
          <li key={step} className={classes.step}>
            <span className={classes.number} aria-hidden>
              {index + 1}
            </span>
            {t(`checks:connect.step.${step}`)}
          </li>
        ))}
      </ol>
    </div>
  );
}
