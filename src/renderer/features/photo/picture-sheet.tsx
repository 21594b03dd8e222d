/** The picture as it will be on the paper. */
import { useEffect, useRef } from 'react';
import type { Orientation } from '#shared/photos/photo-format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import classes from './photo.module.css';
import type { Picture } from './picture.ts';

export function PictureSheet({
  picture: { canvas },
  orientation,
}: {
  readonly picture: Picture;
  readonly orientation: Orientation;
}) {
  const t = useText();
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The canvas itself: no copy of a guest's picture lies in an address of the page.
    frame.current?.replaceChildren(canvas);
  }, [canvas]);
  return (
    <div
      ref={frame}
      className={classes.sheet}
      data-orientation={orientation}
      // A canvas is no image to a reader, and what it shows is known only as a whole.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="img"
      aria-label={t('photo:review.picture')}
    />
  );
}
