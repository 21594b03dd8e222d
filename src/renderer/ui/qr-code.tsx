/** A QR code as one SVG path: no canvas, no markup made of the text. Always dark on white, whatever the scheme. */
import { create } from 'qrcode';
import { useMemo } from 'react';
import { qrPath } from './qr-path.ts';

export function QrCode({
  text,
  label,
  className,
  correction = 'M',
}: {
  readonly text: string;
  /** What a screen reader says instead. */
  readonly label: string;
  readonly className?: string;
  readonly correction?: 'L' | 'M' | 'Q' | 'H';
}) {
  const { path, size } = useMemo(() => {
    const { modules } = create(text, { errorCorrectionLevel: correction });
    return { path: qrPath(modules.size, (row, column) => modules.get(row, column) !== 0), size: modules.size };
  }, [text, correction]);
  return (
    <svg
      className={className}
      viewBox={`0 0 ${size} ${size}`}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- modules are drawn as a path, which an <img> cannot hold
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <path d={path} fill="#000" />
    </svg>
  );
}
