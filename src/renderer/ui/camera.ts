/** The camera of this machine, for as long as its picture is on the screen. */
import { useCallback, useEffect, useState } from 'react';

export type CameraFault = 'none' | 'refused' | 'busy';
export type Camera =
  | { readonly kind: 'asking' }
  | { readonly kind: 'live'; readonly stream: MediaStream }
  | { readonly kind: 'fault'; readonly why: CameraFault };

/** What a camera that gives no picture says, by the names of the platform. */
export function cameraFault(name: string): CameraFault {
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'none' : 'busy';
}

/** More than any use of ours needs, so that cutting and shrinking lose nothing. No sound is asked for. */
const wanted = (facing: Facing): MediaStreamConstraints => ({
  audio: false,
  video: { width: { ideal: 1920 }, height: { ideal: 1080 }, facingMode: facing },
});

/** Whom it looks at: the one before the screen, or what a hand points it to. A machine with one camera gives that one. */
export type Facing = 'user' | 'environment';

/** Opens it, and lets it go with the screen: its light tells the one before it. */
export function useCamera(facing: Facing = 'user'): { readonly camera: Camera; readonly retry: () => void } {
  const [camera, setCamera] = useState<Camera>({ kind: 'asking' });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isOver = false;
    let stream: MediaStream | undefined;
    const stop = () => stream?.getTracks().forEach((track) => track.stop());
    const fail = (name: string) => {
      if (!isOver) setCamera({ kind: 'fault', why: cameraFault(name) });
    };
    const open = async () => {
      // Absent on a page that the browser does not trust with devices.
      const devices: MediaDevices | undefined = navigator.mediaDevices;
      if (devices === undefined) return fail('SecurityError');
      try {
        stream = await devices.getUserMedia(wanted(facing));
      } catch (error) {
        return fail(error instanceof Error ? error.name : '');
      }
      if (isOver) return stop();
      // A plug that was pulled.
      stream.getVideoTracks()[0]?.addEventListener('ended', () => fail('NotFoundError'));
      setCamera({ kind: 'live', stream });
    };
    void open();
    return () => {
      isOver = true;
      stop();
    };
  }, [attempt, facing]);
  const retry = useCallback(() => {
    setCamera({ kind: 'asking' });
    setAttempt((before) => before + 1);
  }, []);
  return { camera, retry };
}
