import { CoreGate } from '../ui/core-gate.tsx';

export function KioskApp() {
  return <CoreGate>{null}</CoreGate>;
}
