/** Pictures of one thing: what is there and how far it has got, and three ways to give another: camera, file, drop. */
import { FileButton, Menu, UnstyledButton } from '@mantine/core';
import { IconCamera, IconCameraPlus, IconPhotoOff, IconTrash, IconUpload } from '@tabler/icons-react';
import { type DragEvent, type ReactNode, useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import type { Picture, Progress } from '../../app/manager.tsx';
import { ErrorLine } from '../../ui/error-state.tsx';
import { CameraDialog } from './camera-dialog.tsx';
import { shrinkPicture } from './picture.ts';
import classes from './pictures.module.css';

export const ACCEPTED = 'image/jpeg,image/png,image/webp';

interface Going {
  readonly key: number;
  readonly share: number;
}

/** Pictures on their way from this page. They are made small one after another: a phone has little memory. */
export function useGiving(give: (picture: Blob, onProgress: Progress) => Promise<unknown>) {
  const [going, setGoing] = useState<readonly Going[]>([]);
  const [error, setError] = useState<unknown>();
  const [keys, setKeys] = useState(0);
  const take = async (files: readonly Blob[]) => {
    setError(undefined);
    const mine = files.map((file, index) => ({ file, key: keys + index }));
    setKeys(keys + files.length);
    setGoing((all) => [...all, ...mine.map(({ key }) => ({ key, share: 0 }))]);
    for (const { file, key } of mine) {
      try {
        const picture = await shrinkPicture(file);
        await give(picture, (share) => setGoing((all) => all.map((one) => (one.key === key ? { key, share } : one))));
      } catch (fault) {
        setError(fault);
      }
      setGoing((all) => all.filter((one) => one.key !== key));
    }
  };
  return { going, error, take };
}

/** Takes files that are dropped on it. */
export function DropZone({
  onFiles,
  className,
  children,
}: {
  readonly onFiles: (files: readonly Blob[]) => void;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}) {
  const [isOver, setOver] = useState(false);
  const over = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setOver(true);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is one more way beside the button that keys reach.
    <div
      className={className}
      data-drop={isOver || undefined}
      onDragOver={over}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const files = [...event.dataTransfer.files].filter((file) => file.type.startsWith('image/'));
        if (files.length > 0) onFiles(files);
      }}
    >
      {children}
    </div>
  );
}

export function Pictures({
  of,
  pictures,
  going,
  error,
  most,
  onFiles,
  onOpen,
  onDrop,
}: {
  /** What is on them, for those who do not see. */
  readonly of: string;
  readonly pictures: readonly Picture[];
  readonly going: readonly Going[];
  readonly error: unknown;
  readonly most: number;
  readonly onFiles: (files: readonly Blob[]) => void;
  readonly onOpen: (picture: Picture) => void;
  readonly onDrop?: (picture: Picture) => void;
}) {
  const t = useText();
  const [isCamera, setCamera] = useState(false);
  return (
    <div className={classes.pictures}>
      <ul className={classes.row}>
        {pictures.map((picture, index) => (
          <li key={picture.id}>
            <Tile
              picture={picture}
              label={t('wizard:picture.open', { of, at: index + 1 })}
              onOpen={() => onOpen(picture)}
              onDrop={onDrop && (() => onDrop(picture))}
            />
          </li>
        ))}
        {going.map(({ key, share }) => (
          <li key={key} className={classes.going}>
            <progress value={share} max={1} aria-label={t('wizard:picture.going')} />
          </li>
        ))}
        {pictures.length + going.length >= most ? null : (
          <li>
            <FileButton accept={ACCEPTED} multiple onChange={onFiles}>
              {({ onClick }) => (
                <Menu position="bottom-start" width={240} radius="md" shadow="md">
                  <Menu.Target>
                    <UnstyledButton className={classes.add} aria-label={t('wizard:picture.add', { of })}>
                      <IconCameraPlus size={24} aria-hidden />
                    </UnstyledButton>
                  </Menu.Target>
                  <Menu.Dropdown>
                    <Menu.Item leftSection={<IconCamera size={18} aria-hidden />} onClick={() => setCamera(true)}>
                      {t('wizard:picture.camera')}
                    </Menu.Item>
                    <Menu.Item leftSection={<IconUpload size={18} aria-hidden />} onClick={onClick}>
                      {t('wizard:picture.file')}
                    </Menu.Item>
                    <Menu.Label className={classes.hint ?? ''}>{t('wizard:picture.drop')}</Menu.Label>
                  </Menu.Dropdown>
                </Menu>
              )}
            </FileButton>
          </li>
        )}
      </ul>
      {error === undefined ? null : <ErrorLine error={error} />}
      {isCamera ? <CameraDialog onPicture={(picture) => onFiles([picture])} onClose={() => setCamera(false)} /> : null}
    </div>
  );
}

function Tile({
  picture,
  label,
  onOpen,
  onDrop,
}: {
  readonly picture: Picture;
  readonly label: string;
  readonly onOpen: () => void;
  readonly onDrop: (() => void) | undefined;
}) {
  const t = useText();
  return (
    <div className={classes.tile} data-state={picture.state}>
      <UnstyledButton className={classes.open} aria-label={label} onClick={onOpen}>
        {picture.url === undefined ? (
          <IconPhotoOff size={22} aria-hidden />
        ) : (
          <img src={picture.url} alt="" loading="lazy" />
        )}
      </UnstyledButton>
      {onDrop === undefined ? null : (
        <UnstyledButton className={classes.drop} aria-label={t('wizard:picture.remove')} onClick={onDrop}>
          <IconTrash size={16} aria-hidden />
        </UnstyledButton>
      )}
    </div>
  );
}
