/** Asks a server to take this device in. What it refuses and what goes wrong on the way leave as our own codes. */
import type { AxiosInstance } from 'axios';
import { EnrolReply, type EnrolRequest } from '#shared/devices/devices.schema.ts';
import { AppError, type ErrorCode, isErrorCode } from '#shared/kernel/errors.ts';

/** Faults of the server as the person at the device should read them. The others say that it is out of order. */
const KNOWN: Readonly<Partial<Record<ErrorCode, ErrorCode>>> = {
  'device.enrolment_code_invalid': 'device.enrolment_code_invalid',
  'device.enrolment_code_expired': 'device.enrolment_code_expired',
  'device.revoked': 'device.revoked',
  'app.rate_limited': 'app.rate_limited',
  'auth.locked': 'app.rate_limited',
  // An older server may know fewer letters of a code than we do.
  'app.bad_input': 'device.enrolment_code_invalid',
};

/** @param serverUrl base address; a path in it is kept (a server behind a prefix). */
export async function requestEnrolment(
  http: AxiosInstance,
  serverUrl: string,
  request: EnrolRequest,
): Promise<EnrolReply> {
  const url = `${serverUrl.replace(/\/+$/, '')}/devices/enrol`;
  const response = await http
    .post<unknown>(url, request, {
      timeout: 15_000,
      maxContentLength: 65_536,
      // The code is for the server that was named, not for whoever it points at.
      maxRedirects: 0,
      validateStatus: () => true,
    })
    .catch((error: unknown) => {
      throw unreachable(serverUrl, error instanceof Error && 'code' in error ? String(error.code) : 'no answer', error);
    });
  const reply = response.status < 300 ? EnrolReply.safeParse(response.data) : undefined;
  if (reply?.success) return reply.data;
  const code = codeOf(response.data);
  const known = code === undefined ? undefined : KNOWN[code];
  if (known !== undefined) throw new AppError(known, `the server refused the enrolment: ${code}`);
  throw unreachable(serverUrl, code ?? `status ${response.status}, not an answer of a Prilavok server`);
}

const codeOf = (body: unknown): ErrorCode | undefined =>
  typeof body === 'object' && body !== null && 'code' in body && isErrorCode(body.code) ? body.code : undefined;

const unreachable = (serverUrl: string, reason: string, cause?: unknown): AppError =>
  new AppError('device.server_unreachable', `${new URL(serverUrl).origin} cannot be reached: ${reason}`, {
    cause,
    details: { reason },
  });
