import { Button, FileButton } from '@mantine/core';
import { useText } from '../../app/i18n/i18n.ts';

/** In place of a camera, where there is none to develop with. */
export function FileChoice({
  disabled,
  onFile,
}: {
  readonly disabled: boolean;
  readonly onFile: (file: Blob) => void;
}) {
  const t = useText();
  return (
    <FileButton accept="image/*" disabled={disabled} onChange={(file) => file && onFile(file)}>
      {(props) => (
        <Button {...props} variant="default">
          {t('photo:take.file')}
        </Button>
      )}
    </FileButton>
  );
}
