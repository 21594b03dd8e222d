import { Loader } from '@mantine/core';
import { useText } from '../app/i18n/i18n.ts';
import classes from './loading-state.module.css';

/** Appears only when waiting is felt: the core is next door and mostly answers within a frame. */
export function LoadingState({ label }: { readonly label?: string }) {
  const t = useText();
  return (
    <output className={classes.loading}>
      <Loader size="1.75em" aria-hidden />
      <span className={classes.label}>{label ?? t('common:state.loading')}</span>
    </output>
  );
}
