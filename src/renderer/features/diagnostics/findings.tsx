import { IconAlertOctagon, IconEye, type IconProps, IconTool } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { CarReading } from '#shared/diagnostics/diagnostics.schema.ts';
import type { Urgency } from '#shared/diagnostics/dtc.rules.ts';
import { useLanguage, useText } from '../../app/i18n/i18n.ts';
import classes from './findings.module.css';
import { type Told, tellFindings } from './scan-phase.rules.ts';

export const URGENCY: Readonly<
  Record<Urgency, { readonly name: 'now' | 'soon' | 'watch'; readonly icon: ComponentType<IconProps> }>
> = {
  1: { name: 'now', icon: IconAlertOctagon },
  2: { name: 'soon', icon: IconTool },
  3: { name: 'watch', icon: IconEye },
};

/** What was found in words, in groups by how urgent it is. */
export function Findings({ reading }: { readonly reading: CarReading }) {
  const t = useText();
  const language = useLanguage();
  const told = tellFindings(reading, language);
  return (
    <div className={classes.findings}>
      {([1, 2, 3] as const).map((urgency) => {
        const group = told.filter((one) => one.urgency === urgency);
        const { name, icon: Icon } = URGENCY[urgency];
        if (group.length === 0) return null;
        return (
          <section key={urgency} className={classes.group} data-urgency={name}>
            <h2 className={classes.heading}>
              <Icon aria-hidden stroke={2} />
              {t(`checks:found.urgency.${name}`)}
            </h2>
            {group.map((one) => (
              <Finding key={one.code} told={one} />
            ))}
          </section>
        );
      })}
    </div>
  );
}

function Finding({ told }: { readonly told: Told }) {
  const t = useText();
  return (
    <article className={classes.finding}>
      <div>
        <h3 className={classes.part}>{told.part}</h3>
        <p className={classes.wrong}>{told.wrong}</p>
        <p className={classes.advice}>{told.advice}</p>
      </div>
      <p className={classes.marks}>
        <bdi className={classes.code}>{told.code}</bdi>
        {told.isPending ? <span>{t('checks:found.kind.pending')}</span> : null}
        {told.isPermanent ? <span>{t('checks:found.kind.permanent')}</span> : null}
      </p>
    </article>
  );
}
