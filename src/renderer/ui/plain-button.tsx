/** Buttons without the weight of themed ones: for rows that are drawn while a scanner waits for the next. */
import type { ComponentProps } from 'react';
import classes from './plain-button.module.css';

type Props = Omit<ComponentProps<'button'>, 'type'>;

/** No look of its own. */
export const PlainButton = ({ className, ...rest }: Props) => (
  <button type="button" className={`${classes.plain} ${className ?? ''}`} {...rest} />
);

/** Words or an icon that show their edge under a pointer. */
export const QuietButton = ({ className, ...rest }: Props) => (
  <button type="button" className={`${classes.plain} ${classes.quiet} ${className ?? ''}`} {...rest} />
);
