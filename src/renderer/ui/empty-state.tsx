import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { StatePanel } from './state-panel.tsx';

/** Nothing here yet: why, and what to do about it. */
export function EmptyState(props: {
  readonly icon: Icon;
  readonly title: ReactNode;
  readonly text?: ReactNode;
  readonly action?: ReactNode;
}) {
  return <StatePanel {...props} />;
}
