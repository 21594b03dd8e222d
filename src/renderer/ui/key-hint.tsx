import classes from './key-hint.module.css';

/** The key that does the same as the button it stands in. */
export function KeyHint({ keys }: { readonly keys: string }) {
  return <kbd className={classes.key}>{keys}</kbd>;
}
