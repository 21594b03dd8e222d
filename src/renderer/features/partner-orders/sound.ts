/** A short sound for an order that came. Off until somebody switches it on; made on the spot, so no file is fetched. */
import { create } from 'zustand';

const KEY = 'prilavok.partner.sound';

export const useSound = create<{ readonly isOn: boolean }>()(() => ({ isOn: localStorage.getItem(KEY) === 'on' }));

let context: AudioContext | undefined;

/** Two notes, a quarter of a second. A browser that has had no gesture of a person yet stays silent. */
export function chime(): void {
  context ??= new AudioContext();
  const { currentTime: start, destination } = context;
  void context.resume();
  for (const [nth, hertz] of [660, 880].entries()) {
    const at = start + nth * 0.12;
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.15, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.13);
    tone.connect(volume).connect(destination);
    tone.start(at);
    tone.stop(at + 0.14);
  }
}

/** Switched on it is heard at once: that is the proof that it works, and the gesture that a browser asks for. */
export function switchSound(isOn: boolean): void {
  localStorage.setItem(KEY, isOn ? 'on' : 'off');
  useSound.setState({ isOn });
  if (isOn) chime();
}
