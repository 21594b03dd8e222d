/** A slot and the paper that comes out of it: what the register is doing, without words. */
import type { ReactNode } from 'react';
import classes from './printer-scene.module.css';

export function PrinterScene({ printing, children }: { readonly printing: boolean; readonly children: ReactNode }) {
  return (
    <div className={classes.scene} data-printing={printing}>
      <div className={classes.slot} aria-hidden />
      <div className={classes.window}>
        <div className={classes.paper}>{children}</div>
      </div>
    </div>
  );
}
