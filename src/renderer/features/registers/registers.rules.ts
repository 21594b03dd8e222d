/** What a person types into the settings of a register, read and judged. Pure. */

export type FieldFault =
  | { readonly field: 'ip'; readonly why: 'empty' | 'octet' | 'host' }
  | { readonly field: 'port'; readonly why: 'empty' | 'range' }
  | { readonly field: 'url'; readonly why: 'empty' | 'url' }
  | { readonly field: 'token'; readonly why: 'empty' | 'spaces' };

export type Read<T> = { readonly value: T } | { readonly fault: FieldFault };

const HOST = /^[A-Za-z0-9.:-]{1,253}$/;
const NUMERIC = /^[\d.]+$/;

/** An IPv4 address or a host name. Four numbers with dots are an address, so a 300 among them is a mistake, not a name. */
export function readHost(text: string): Read<string> {
  const value = text.trim();
  if (value === '') return { fault: { field: 'ip', why: 'empty' } };
  if (NUMERIC.test(value)) {
    const parts = value.split('.');
    const isAddress = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
    return isAddress ? { value } : { fault: { field: 'ip', why: 'octet' } };
  }
  return HOST.test(value) ? { value } : { fault: { field: 'ip', why: 'host' } };
}

export function readPort(text: string): Read<number> {
  const value = text.trim();
  if (value === '') return { fault: { field: 'port', why: 'empty' } };
  const port = /^\d{1,6}$/.test(value) ? Number(value) : 0;
  return port >= 1 && port <= 65_535 ? { value: port } : { fault: { field: 'port', why: 'range' } };
}

export function readServerUrl(text: string): Read<string> {
  const value = text.trim();
  if (value === '') return { fault: { field: 'url', why: 'empty' } };
  const url = URL.parse(value);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== ''
    ? { value }
    : { fault: { field: 'url', why: 'url' } };
}

export function readToken(text: string): Read<string> {
  const value = text.trim();
  if (value === '') return { fault: { field: 'token', why: 'empty' } };
  return /\s/.test(value) ? { fault: { field: 'token', why: 'spaces' } } : { value };
}

export const faultOf = (read: Read<unknown>): FieldFault | undefined => ('fault' in read ? read.fault : undefined);
export const valueOf = <T>(read: Read<T>): T | undefined => ('value' in read ? read.value : undefined);
