/** The body laid flat, each zone coloured by what was measured there. The shape is data; it is drawn here and nowhere else. */
import { useMemo } from 'react';
import { judge, type Verdict } from '#shared/diagnostics/thickness.rules.ts';
import { type Measurement, type ThicknessValue, UNREADABLE } from '#shared/diagnostics/thickness.schema.ts';
import { hasRoomForValue, middleOf, type Point, shapeOf, zoneName } from '#shared/diagnostics/thickness-zones.ts';
import { useLanguage, useText } from '../../app/i18n/i18n.ts';
import classes from './body-drawing.module.css';

const path = (points: readonly Point[]): string => `M${points.map(([x, y]) => `${x} ${y}`).join('L')}Z`;

export function BodyDrawing({
  measurement: { body, readings, norms },
  at,
  onPoint,
}: {
  readonly measurement: Pick<Measurement, 'body' | 'readings' | 'norms'>;
  /** The zone that is measured next. */
  readonly at?: string | undefined;
  /** Absent where the drawing is only to be looked at. */
  readonly onPoint?: (zone: string) => void;
}) {
  const t = useText();
  const language = useLanguage();
  const shape = shapeOf(body);
  const values = useMemo(() => new Map(readings.map(({ zone, value }) => [zone, value])), [readings]);
  const describe = (id: string, value: ThicknessValue | undefined): string => {
    const verdict: Verdict | 'missing' = value === undefined ? 'missing' : judge(value, norms);
    const number = value === undefined || value === UNREADABLE ? '' : ` ${value} ${t('checks:measure.unit')}`;
    return `${zoneName(body, id, language) ?? id}: ${t(`checks:verdict.${verdict}`)}${number}`;
  };
  return (
    <svg
      className={classes.drawing}
      viewBox={`0 0 ${shape.width} ${shape.height}`}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- no tag of SVG groups what can be pressed
      role="group"
      aria-label={t('checks:measure.drawing')}
    >
      {[...shape.bumpers, ...shape.glass].map((points, index) => (
        <path
          key={path(points)}
          className={index < shape.bumpers.length ? classes.bumper : classes.glass}
          d={path(points)}
        />
      ))}
      {shape.zones.map(({ id, polygon }) => {
        const value = values.get(id);
        const [x, y] = middleOf(polygon);
        const verdict = value === undefined ? 'missing' : judge(value, norms);
        const label = describe(id, value);
        return (
          <g
            key={id}
            className={classes.zone}
            data-verdict={verdict}
            data-at={id === at}
            {...(onPoint === undefined
              ? { role: 'img' }
              : { role: 'button', tabIndex: 0, onClick: () => onPoint(id), onKeyDown: onEnter(() => onPoint(id)) })}
            aria-label={label}
          >
            <path className={classes.shape} d={path(polygon)} />
            {value !== undefined && value !== UNREADABLE && hasRoomForValue(polygon) ? (
              <text className={classes.value} data-long={value > 999} x={x} y={y} aria-hidden>
                {value}
              </text>
            ) : null}
          </g>
        );
      })}
      {shape.wheels.map(({ at: [x, y], radius }) => (
        <g key={`${x}-${y}`} aria-hidden>
          <circle className={classes.arch} cx={x} cy={y} r={radius + 9} />
          <circle className={classes.tyre} cx={x} cy={y} r={radius} />
          <circle className={classes.rim} cx={x} cy={y} r={radius * 0.55} />
        </g>
      ))}
    </svg>
  );
}

const onEnter = (run: () => void) => (event: { readonly key: string; readonly preventDefault: () => void }) => {
  if (event.key !== 'Enter' && event.key !== ' ') return;
  event.preventDefault();
  run();
};
