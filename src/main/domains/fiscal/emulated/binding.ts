/**
 * The driver's interface without the driver: what libfptr10 of the emulated register does (emulators/kkt/shim), for
 * machines that have no C compiler to build it. Everything above the binding is the same code. It can reach nothing
 * but an emulated register, says so in its version, and the configuration refuses it in PROD.
 */
import type { FptrBinding, FptrHandle } from '../fptr/binding.ts';
import { assertParam, type FptrParam } from '../fptr/fptr-param.ts';
import { createHandle, type Handle } from './handle.ts';
import { outputsOf } from './outputs.ts';
import type { Param, ParamValue } from './wire.ts';

function valueOf(param: FptrParam): ParamValue {
  switch (param.type) {
    case 'str':
      return { type: 'string', value: param.value };
    case 'bytearray':
      return { type: 'bytes', value: Buffer.from(param.value) };
    case 'bool':
    case 'int':
    case 'double':
    case 'datetime':
      return param;
  }
}

const wireParam = (param: FptrParam): Param => ({
  ...valueOf(param),
  id: param.id,
  notPrinted: param.hidden === true,
});

/** Binds nothing but TCP; never throws. */
export function bindEmulated(): FptrBinding {
  const handles = new Map<FptrHandle, Handle>();
  let made = 0n;
  // One version for all handles, as of a library: the register last spoken to decides what it is.
  let version = '10.10.8.0';
  const of = (handle: FptrHandle): Handle => {
    const found = handles.get(handle);
    if (found === undefined) throw new Error('the handle was destroyed');
    return found;
  };
  return {
    version: () => `${version} (emulated)`,
    create() {
      made += 1n;
      const handle = made as FptrHandle;
      handles.set(
        handle,
        createHandle((said) => {
          version = said;
        }),
      );
      return handle;
    },
    destroy(handle) {
      of(handle).free();
      handles.delete(handle);
    },
    setSetting: (handle, key, value) => of(handle).set(key, value),
    setParam(handle, param) {
      assertParam(param);
      of(handle).add(wireParam(param));
    },
    call: (handle, method) => of(handle).call(method),
    outputs: (handle) => outputsOf(of(handle).left),
  };
}
