import { IconBuildingStore } from '@tabler/icons-react';
import classes from './product-mark.module.css';

/** The sign of the product. Size follows the font size. */
export function ProductMark() {
  return (
    <span className={classes.mark} aria-hidden>
      <IconBuildingStore className={classes.icon} stroke={1.75} />
    </span>
  );
}
