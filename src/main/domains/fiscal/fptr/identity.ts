/** Which register and which fiscal memory are at the other end. Read each time: both can be exchanged overnight. */
import type { WallTime } from '#shared/kernel/wall-time.ts';
import { FnData, KktData, Param } from './constants.ts';
import { int } from './fptr-param.ts';
import type { FptrCalls } from './session.ts';
import { Tag } from './vocabulary.ts';

export interface FptrIdentity {
  readonly kktSerial: string;
  readonly fnNumber: string;
  readonly registrationNumber: string;
}

export async function readFnNumber({ call }: FptrCalls): Promise<string> {
  const out = await call('fn_query_data', [int(Param.FN_DATA_TYPE, FnData.FN_INFO)]);
  return out.str(Param.SERIAL_NUMBER).trim();
}

export async function readRegistrationNumber({ call }: FptrCalls): Promise<string> {
  const out = await call('fn_query_data', [
    int(Param.FN_DATA_TYPE, FnData.TAG_VALUE),
    int(Param.TAG_NUMBER, Tag.REGISTRATION_NUMBER),
  ]);
  // Kept padded with spaces to its full width.
  return out.str(Param.TAG_VALUE).trim();
}

export async function readFnValidUntil({ call }: FptrCalls): Promise<WallTime> {
  const out = await call('fn_query_data', [int(Param.FN_DATA_TYPE, FnData.VALIDITY)]);
  return out.time(Param.DATE_TIME);
}

export async function readIdentity(calls: FptrCalls): Promise<FptrIdentity> {
  const out = await calls.call('query_data', [int(Param.DATA_TYPE, KktData.SERIAL_NUMBER)]);
  const kktSerial = out.str(Param.SERIAL_NUMBER).trim();
  return {
    kktSerial,
    fnNumber: await readFnNumber(calls),
    registrationNumber: await readRegistrationNumber(calls),
  };
}
