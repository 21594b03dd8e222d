import type { ReactNode } from 'react';
import classes from './scene.module.css';

/** The middle of a screen that has nothing to ask: one figure, read from a step away. */
export function Scene({ children }: { readonly children: ReactNode }) {
  return <div className={classes.scene}>{children}</div>;
}
