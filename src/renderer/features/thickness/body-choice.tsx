import { UnstyledButton } from '@mantine/core';
import { DEFAULT_NORMS } from '#shared/diagnostics/thickness.rules.ts';
import { BODIES, type Body } from '#shared/diagnostics/thickness.schema.ts';
import { zonesOf } from '#shared/diagnostics/thickness-zones.ts';
import { useText } from '../../app/i18n/i18n.ts';
import classes from './body-choice.module.css';
import { BodyDrawing } from './body-drawing.tsx';

/** Which body stands outside: two drawings to touch. */
export function BodyChoice({ busy, onChoose }: { readonly busy: boolean; readonly onChoose: (body: Body) => void }) {
  const t = useText();
  return (
    <div className={classes.bodies}>
      {BODIES.map((body) => (
        <UnstyledButton key={body} className={classes.body} disabled={busy} onClick={() => onChoose(body)}>
          <span className={classes.drawing} aria-hidden>
            <BodyDrawing measurement={{ body, readings: [], norms: DEFAULT_NORMS }} />
          </span>
          <span className={classes.name}>{t(`checks:body.${body}`)}</span>
          <span className={classes.points}>{t('checks:body.points', { n: zonesOf(body).length })}</span>
        </UnstyledButton>
      ))}
    </div>
  );
}
