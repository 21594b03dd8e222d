/** Kiosks that beat, in a process of their own, so that the server's work is measured and not theirs. */
import { Agent, request } from 'node:http';

/** What the bench asks for, as JSON in the first argument. */
export interface Load {
  readonly url: string;
  readonly kiosks: number;
  /** Each kiosk beats once in this time, spread over it evenly. */
  readonly everyMs: number;
  readonly forMs: number;
}

export const kioskId = (nth: number): string => `00000000-0000-4000-9000-${nth.toString(16).padStart(12, '0')}`;
export const tokenOf = (nth: number): string => `bench-token-${nth}`;

function beat(url: URL, agent: Agent, nth: number): Promise<boolean> {
  const body = JSON.stringify({ appVersion: '1.2.3', queue: nth % 7 });
  return new Promise((resolve) => {
    const asked = request(
      {
        agent,
        host: url.hostname,
        port: url.port,
        path: `/kiosk/${kioskId(nth)}/heartbeat`,
        method: 'POST',
        headers: {
          authorization: `Bearer ${tokenOf(nth)}`,
          'content-type': 'application/json',
          'content-length': body.length,
        },
      },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode === 200));
      },
    );
    asked.on('error', () => resolve(false));
    asked.end(body);
  });
}

export async function main([given]: readonly string[]): Promise<void> {
  const { url, kiosks, everyMs, forMs } = JSON.parse(given ?? '') as Load;
  const to = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const from = performance.now();
  const took: number[] = [];
  let failed = 0;
  let sent = 0;
  const open = new Set<Promise<void>>();
  while (performance.now() - from < forMs) {
    const due = ((performance.now() - from) / everyMs) * kiosks;
    for (; sent < due; sent += 1) {
      const began = performance.now();
      const one = beat(to, agent, sent % kiosks).then((isHeard) => {
        if (isHeard) took.push(performance.now() - began);
        else failed += 1;
        open.delete(one);
      });
      open.add(one);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await Promise.all(open);
  agent.destroy();
  console.log(JSON.stringify({ sent, failed, took }));
}
