/** The driver's C interface bare, for tests of the emulator itself: any of its methods, with what it leaves behind. */
import { bindFptr, type FptrBinding, type FptrMethod, type FptrOutputs } from '#main/domains/fiscal/fptr/binding.ts';
import { Param, PaymentType, Port, ReceiptType, Setting, TaxType } from '#main/domains/fiscal/fptr/constants.ts';
import { FptrError } from '#main/domains/fiscal/fptr/fptr-error.ts';
import { double, type FptrParam, int, money, str } from '#main/domains/fiscal/fptr/fptr-param.ts';

export interface TestDriver {
  readonly version: () => string;
  /** Rejects with FptrError. */
  call(method: string, params?: readonly FptrParam[]): Promise<FptrOutputs>;
  /** The number of the driver's error; 0 for none. */
  codeOf(method: string, params?: readonly FptrParam[]): Promise<number>;
  /** The number of the error of opening the link. */
  open(port: number): Promise<number>;
  /** Logs in, opens a receipt, sells one thing, pays all of it: all but closing it. */
  fill(minor: number, options?: { readonly kind?: number; readonly payBy?: number }): Promise<void>;
  /** The same, closed. The number of the driver's error; 0 for none. */
  sell(minor: number, options?: { readonly kind?: number; readonly payBy?: number }): Promise<number>;
  /** Logs in and puts cash into the drawer. */
  putIn(minor: number): Promise<void>;
  /** Asks a counter that is a sum, in kopecks. */
  sum(data: number, params?: readonly FptrParam[]): Promise<number>;
  /** Asks a counter that is a number. */
  count(data: number, params?: readonly FptrParam[]): Promise<number>;
  free(): void;
}

/** @param library path of the built shim. */
export const openDriver = (library: string): TestDriver => driverOver(bindFptr(library));

export function driverOver(binding: FptrBinding): TestDriver {
  const handle = binding.create();
  const outputs = binding.outputs(handle);

  const call = async (method: string, params: readonly FptrParam[] = []): Promise<FptrOutputs> => {
    for (const param of params) binding.setParam(handle, param);
    // The product names the methods that it calls; the emulator answers to more.
    await binding.call(handle, method as FptrMethod);
    return outputs;
  };
  const codeOf = (method: string, params?: readonly FptrParam[]): Promise<number> =>
    call(method, params).then(
      () => 0,
      (error: unknown) => {
        if (error instanceof FptrError) return error.code;
        throw error;
      },
    );
  const fill: TestDriver['fill'] = async (minor, { kind = ReceiptType.SELL, payBy = PaymentType.CASH } = {}) => {
    await call('operator_login', [str(1021, 'Иванова Анна')]);
    await call('open_receipt', [int(Param.RECEIPT_TYPE, kind)]);
    await call('registration', [
      str(Param.COMMODITY_NAME, 'Кофе'),
      money(Param.PRICE, minor),
      double(Param.QUANTITY, 1),
      int(Param.TAX_TYPE, TaxType.NO),
      int(2108, 0),
    ]);
    await call('payment', [int(Param.PAYMENT_TYPE, payBy), money(Param.PAYMENT_SUM, minor)]);
  };
  return {
    version: () => binding.version(),
    call,
    codeOf,
    fill,
    async open(port) {
      binding.setSetting(handle, Setting.PORT, String(Port.TCPIP));
      binding.setSetting(handle, Setting.IPADDRESS, '127.0.0.1');
      binding.setSetting(handle, Setting.IPPORT, String(port));
      await call('apply_single_settings');
      return codeOf('open');
    },
    async sell(minor, options) {
      await fill(minor, options);
      return codeOf('close_receipt');
    },
    async putIn(minor) {
      await call('operator_login', [str(1021, 'Иванова Анна')]);
      await call('cash_income', [money(Param.SUM, minor)]);
    },
    sum: async (data, params = []) =>
      (await call('query_data', [int(Param.DATA_TYPE, data), ...params])).money(Param.SUM),
    count: async (data, params = []) =>
      (await call('query_data', [int(Param.DATA_TYPE, data), ...params])).int(Param.DOCUMENTS_COUNT),
    free: () => binding.destroy(handle),
  };
}
