/** The camera of this machine over the page: one press, one picture. */
import { Button, Modal } from '@mantine/core';
import { IconCamera, IconCameraOff } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useText } from '../../app/i18n/i18n.ts';
import { useCamera } from '../../ui/camera.ts';
import { LoadingState } from '../../ui/loading-state.tsx';
import { StatePanel } from '../../ui/state-panel.tsx';
import { snapshot } from './picture.ts';
import classes from './pictures.module.css';

export function CameraDialog({
  onPicture,
  onClose,
}: {
  readonly onPicture: (picture: Blob) => void;
  readonly onClose: () => void;
}) {
  const t = useText();
  const { camera, retry } = useCamera('environment');
  const video = useRef<HTMLVideoElement>(null);
  const [taken, setTaken] = useState(0);
  const stream = camera.kind === 'live' ? camera.stream : undefined;
  useEffect(() => {
    const element = video.current;
    if (element === null || stream === undefined) return;
    element.srcObject = stream;
    // A page that is not looked at does not play; it goes on by itself.
    element.play().catch(() => undefined);
    return () => {
      element.srcObject = null;
    };
  }, [stream]);
  const shoot = async () => {
    if (video.current === null || video.current.videoWidth === 0) return;
    onPicture(await snapshot(video.current));
    setTaken((count) => count + 1);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={880}
      title={t('wizard:camera.title')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <div className={classes.camera}>
        {camera.kind === 'fault' ? (
          <StatePanel
            role="alert"
            icon={IconCameraOff}
            tone="warn"
            title={t(`wizard:camera.fault.${camera.why}`)}
            text={t('wizard:camera.or_file')}
            action={
              <Button variant="default" onClick={retry}>
                {t('common:action.retry')}
              </Button>
            }
          />
        ) : camera.kind === 'asking' ? (
          <LoadingState />
        ) : (
          <>
            <video ref={video} className={classes.live} muted playsInline aria-label={t('wizard:camera.preview')} />
            <div className={classes.cameraFoot}>
              <output>{taken === 0 ? '' : t('wizard:camera.taken', { count: taken })}</output>
              <Button
                size="lg"
                data-autofocus
                leftSection={<IconCamera size={20} aria-hidden />}
                onClick={() => void shoot()}
              >
                {t('wizard:camera.shoot')}
              </Button>
            </div>
          </>
        )}
      </div>
    </Modal>
  );
}
