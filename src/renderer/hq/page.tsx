import type { ReactNode } from 'react';
import { Boundary } from '../app/feature-boundary.tsx';
import { useText } from '../app/i18n/i18n.ts';
import { LiveTag } from '../features/hq-live/live-tag.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import classes from './pages.module.css';
import type { PlaceName } from './places.ts';

/** A page of headquarters: its name, a line about it, whether it is live, and the features that belong together. */
export function Page({
  name,
  subtitle,
  children,
}: {
  readonly name: PlaceName;
  readonly subtitle: ReactNode;
  readonly children: ReactNode;
}) {
  const t = useText();
  return (
    <div className={classes.page}>
      <PageHeader title={t(`hq:nav.${name}`)} subtitle={subtitle} actions={<LiveTag />} />
      <Boundary name={`hq-${name}`}>{children}</Boundary>
    </div>
  );
}
