/**
 * A serial port that is none: a pseudo-terminal whose one end a program opens by its path, and whose other end is a TCP
 * instrument. `script` of util-linux makes one without any native module of ours.
 */
import { spawn } from 'node:child_process';
import { createConnection } from 'node:net';

export interface SerialWire {
  /** As `/dev/pts/3`. */
  readonly path: string;
  /** The plug is pulled. */
  readonly stop: () => Promise<void>;
}

/** @param port of an instrument on loopback. */
export async function startSerialWire(port: number): Promise<SerialWire> {
  const socket = createConnection({ host: '127.0.0.1', port });
  // The child holds its end open and reads nothing, so the product has it for itself.
  const child = spawn('script', ['-qefc', 'stty raw -echo; tty; exec sleep 600', '/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const path = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error('there is no pseudo-terminal')));
    child.stdout.once('data', (said: Buffer) => resolve(said.toString().trim()));
  });
  child.stdout.pipe(socket);
  socket.pipe(child.stdin);
  socket.on('error', () => {});
  child.stdin.on('error', () => {});
  return {
    path,
    stop: async () => {
      socket.destroy();
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
  };
}
