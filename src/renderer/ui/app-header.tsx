import type { ReactNode } from 'react';
import classes from './app-header.module.css';
import { ProductMark } from './product-mark.tsx';

/** The bar on top of a screen where people work all day: where they are, and what they must know at a glance. */
export function AppHeader({ title, children }: { readonly title: ReactNode; readonly children: ReactNode }) {
  return (
    <header className={classes.header}>
      <ProductMark />
      <h1 className={classes.title}>{title}</h1>
      {children}
    </header>
  );
}
