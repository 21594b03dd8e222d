/**
 * Whether notifications would reach this server at `PUBLIC_URL`: it asks there itself, and whoever answers proves that he is this
 * server, or another instance of it. Only somebody outside can say that the internet reaches it; what is found here keeps it away
 * in all the usual cases.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { bad, GOOD, type Probe, probeHttp } from './probe.ts';

export const WEBHOOK_PATH = '/api/payments/webhook';

export const WebhookProof = z.strictObject({
  proof: z.string().max(64),
  /** Whether a proxy stands in front, and whether its word for the caller's address is believed. */
  proxy: z.enum(['none', 'believed', 'ignored']),
});
export type WebhookProof = z.infer<typeof WebhookProof>;

export const proofOf = (secret: string, challenge: string): string =>
  createHmac('sha256', secret).update(`webhook\n${challenge}`).digest('base64url');

export const webhookUrlOf = (publicUrl: string): string => new URL(WEBHOOK_PATH, publicUrl).href;

export async function probeWebhook(ports: {
  readonly publicUrl: string;
  readonly secret: string;
  /** Random, for this time only. */
  readonly challenge: string;
  /** In DEV the provider is emulated beside the server, and needs neither TLS nor the internet. */
  readonly isReal: boolean;
}): Promise<Probe> {
  const url = new URL(webhookUrlOf(ports.publicUrl));
  const asked = await probeHttp({ url: url.href, params: { challenge: ports.challenge } }, ({ status, data }) => {
    const answer = WebhookProof.safeParse(data).data;
    if (answer === undefined || !isEqual(answer.proof, proofOf(ports.secret, ports.challenge))) {
      return bad('other_server', `HTTP ${status}`);
    }
    return answer.proxy === 'ignored' ? bad('proxy') : GOOD;
  });
  return asked.isGood && ports.isReal ? judgeAddress(url) : asked;
}

/** What YooKassa asks of an address: HTTPS at 443 or 8443, where the internet reaches it. */
export function judgeAddress({ protocol, port, hostname }: URL): Probe {
  if (protocol !== 'https:' || (port !== '' && port !== '8443')) return bad('not_https');
  return isPrivate(hostname.replace(/^\[|\]$/g, '')) ? bad('not_public') : GOOD;
}

const INNER = new BlockList();
for (const [net, bits] of [
  ['10.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  INNER.addSubnet(net, bits, 'ipv4');
}
INNER.addAddress('::1', 'ipv6');
INNER.addSubnet('fc00::', 7, 'ipv6');
INNER.addSubnet('fe80::', 10, 'ipv6');

function isPrivate(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return !host.includes('.') || /\.(localhost|local|internal|lan)$/.test(host);
  return INNER.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

function isEqual(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
