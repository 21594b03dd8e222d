import { SegmentedControl } from '@mantine/core';
import type { Orientation } from '#shared/photos/photo-format.ts';
import { useText } from '../../app/i18n/i18n.ts';
import classes from './photo.module.css';

/** Which way the sheet is turned. */
export function ShapeChoice({
  value,
  disabled,
  onChange,
}: {
  readonly value: Orientation;
  readonly disabled: boolean;
  readonly onChange: (value: Orientation) => void;
}) {
  const t = useText();
  return (
    <SegmentedControl
      fullWidth
      aria-label={t('photo:take.shape')}
      disabled={disabled}
      value={value}
      onChange={onChange}
      classNames={{ root: classes.shape ?? '', label: classes.shapeLabel ?? '', indicator: classes.indicator ?? '' }}
      data={[
        { value: 'landscape', label: t('photo:take.landscape') },
        { value: 'portrait', label: t('photo:take.portrait') },
      ]}
    />
  );
}
