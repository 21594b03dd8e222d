/** What the camera sees, cut to the paper and mirrored, as everybody knows themselves; over it the seconds that are left. */
import { useEffect, useRef } from 'react';
import type { Orientation } from '#shared/photos/photo-format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import classes from './photo.module.css';

export function Viewfinder({
  stream,
  orientation,
  left,
  onVideo,
}: {
  readonly stream: MediaStream;
  readonly orientation: Orientation;
  /** Seconds until the picture is taken, while they are counted. */
  readonly left: number | undefined;
  /** Where the picture is taken from; null when it is gone. */
  readonly onVideo: (video: HTMLVideoElement | null) => void;
}) {
  const t = useText();
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    element.srcObject = stream;
    // A page that is not looked at does not play; it goes on by itself.
    element.play().catch(() => undefined);
    onVideo(element);
    return () => {
      element.srcObject = null;
      onVideo(null);
    };
  }, [stream, onVideo]);
  return (
    <div className={classes.sheet} data-orientation={orientation}>
      <video ref={video} className={classes.live} muted playsInline aria-label={t('photo:take.preview')} />
      {left === undefined ? null : (
        <output className={classes.count} aria-label={t('photo:take.left', { count: left })}>
          <span key={left} aria-hidden>
            {left}
          </span>
        </output>
      )}
    </div>
  );
}
