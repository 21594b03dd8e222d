/** Reading lists record by record: the tags of a document, the parts of a compound tag. And forming such a tag. */
import { DriverError, Param, RecordsType, TagType } from '#main/domains/fiscal/fptr/constants.ts';
import type { Device } from '../device.ts';
import { KktError } from '../kkt-error.ts';
import { type Inputs, numberOf, type Outputs } from '../params.ts';
import { decodeTlvs, encodeTlvs, encodeValue, type Tlv, tagInfo } from '../tags.ts';
import { wallOfSeconds } from '../wall-time.ts';
import type { Commands } from './command.ts';
import { documentOf, fnKind } from './fn-queries.ts';

function begin(device: Device, inputs: Inputs, out: Outputs): void {
  const type = inputs.needNumber(Param.RECORDS_TYPE);
  const id = String(1 + Math.max(0, ...[...device.records.keys()].map(Number)));
  if (type === RecordsType.FN_DOCUMENT_TLVS) {
    const document = documentOf(device, inputs.needNumber(Param.DOCUMENT_NUMBER));
    device.records.set(id, { tlvs: document.tlvs, next: 0 });
    out.int(Param.FN_DOCUMENT_TYPE, fnKind(document));
    out.int(Param.DOCUMENT_NUMBER, document.number);
  } else if (type === RecordsType.PARSE_COMPLEX_ATTR) {
    device.records.set(id, { tlvs: decodeTlvs(inputs.needBytes(Param.TAG_VALUE)), next: 0 });
  } else {
    throw new KktError(DriverError.NOT_SUPPORTED);
  }
  out.text(Param.RECORDS_ID, id);
}

function put(tlv: Tlv, out: Outputs): void {
  const info = tagInfo(tlv.tag);
  out.int(Param.TAG_NUMBER, tlv.tag);
  out.text(Param.TAG_NAME, info.name);
  out.int(Param.TAG_TYPE, info.type);
  out.flag(Param.TAG_IS_COMPLEX, info.type === TagType.STLV);
  out.flag(Param.TAG_IS_REPEATABLE, info.repeatable ?? false);
  const { value } = tlv;
  if (typeof value === 'object' || info.type === TagType.ARRAY) out.bytes(Param.TAG_VALUE, encodeValue(tlv));
  else if (typeof value === 'string') out.text(Param.TAG_VALUE, value);
  else if (info.type === TagType.VLN) out.money(Param.TAG_VALUE, value);
  else if (info.type === TagType.FVLN) out.double(Param.TAG_VALUE, value / 1000);
  else if (info.type === TagType.UNIX_TIME) out.time(Param.TAG_VALUE, wallOfSeconds(value));
  else out.int(Param.TAG_VALUE, value);
}

function readNext(device: Device, inputs: Inputs, out: Outputs): void {
  const records = device.records.get(inputs.needText(Param.RECORDS_ID));
  if (records === undefined) throw new KktError(DriverError.INVALID_RECORDS_ID);
  const tlv = records.tlvs[records.next];
  if (tlv === undefined) throw new KktError(DriverError.NO_MORE_DATA);
  records.next += 1;
  put(tlv, out);
}

/** A param under a tag's number as that tag, cast to what the tag holds. */
function tlvOf(param: Inputs['all'][number]): Tlv {
  const { type } = tagInfo(param.id);
  if (param.type === 'bytes') return { tag: param.id, value: decodeTlvs(param.value) };
  if (type === TagType.STRING) {
    if (param.type !== 'string') throw new KktError(DriverError.UNSUPPORTED_CAST);
    return { tag: param.id, value: param.value };
  }
  const scale = type === TagType.VLN ? 100 : type === TagType.FVLN ? 1000 : 1;
  return { tag: param.id, value: Math.round(numberOf(param) * scale) };
}

export const recordCommands: Commands = {
  begin_read_records: begin,
  read_next_record: readNext,
  end_read_records: (device, inputs) => {
    device.records.delete(inputs.needText(Param.RECORDS_ID));
  },
  util_form_tlv: (_device, inputs, out) => out.bytes(Param.TAG_VALUE, encodeTlvs(inputs.all.map(tlvOf))),
  util_tag_info: (_device, inputs, out) => {
    const info = tagInfo(inputs.needNumber(Param.TAG_NUMBER));
    out.text(Param.TAG_NAME, info.name);
    out.int(Param.TAG_TYPE, info.type);
    out.flag(Param.TAG_IS_COMPLEX, info.type === TagType.STLV);
    out.flag(Param.TAG_IS_REPEATABLE, info.repeatable ?? false);
  },
};
