#include "fptr.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int params_add(fptr_params *params, int32_t id, uint8_t type, uint8_t flags, const void *data, size_t size) {
  if (params->count == params->capacity) {
    size_t capacity = params->capacity ? params->capacity * 2 : 16;
    fptr_param *grown = realloc(params->items, capacity * sizeof *grown);
    if (!grown) return 0;
    params->items = grown;
    params->capacity = capacity;
  }
  unsigned char *copy = malloc(size + 1);
  if (!copy) return 0;
  if (size) memcpy(copy, data, size);
  copy[size] = 0; /* a string is then a C string too */
  params->items[params->count++] = (fptr_param){id, type, flags, (uint32_t)size, copy};
  return 1;
}

void params_clear(fptr_params *params) {
  for (size_t at = 0; at < params->count; at++) free(params->items[at].data);
  free(params->items);
  memset(params, 0, sizeof *params);
}

const fptr_param *params_find(const fptr_params *params, int32_t id) {
  for (size_t at = params->count; at > 0; at--) {
    if (params->items[at - 1].id == id) return &params->items[at - 1];
  }
  return NULL;
}

void params_encode(const fptr_params *params, fptr_bytes *into) {
  bytes_add_u16(into, (uint16_t)params->count);
  for (size_t at = 0; at < params->count; at++) {
    const fptr_param *param = &params->items[at];
    bytes_add_u32(into, (uint32_t)param->id);
    bytes_add_u8(into, param->type);
    bytes_add_u8(into, param->flags);
    bytes_add_u32(into, param->size);
    bytes_add(into, param->data, param->size);
  }
}

int params_decode(fptr_params *params, const unsigned char *data, size_t size) {
  static const size_t fixed[] = {1, 4, 8, 0, 24, 0}; /* by type; 0 = any */
  if (size < 2) return 0;
  unsigned count = data[0] | (unsigned)data[1] << 8;
  data += 2, size -= 2;
  while (count-- > 0) {
    if (size < 10) return 0;
    int32_t id = (int32_t)read_u32(data);
    uint8_t type = data[4], flags = data[5];
    size_t length = read_u32(data + 6);
    data += 10, size -= 10;
    if (length > size || type > FPTR_BYTES || (fixed[type] && fixed[type] != length)) return 0;
    if (!params_add(params, id, type, flags, data, length)) return 0;
    data += length, size -= length;
  }
  return size == 0;
}

double param_double(const fptr_param *param) {
  double value = 0;
  switch (param->type) {
    case FPTR_BOOL: return param->data[0] != 0;
    case FPTR_INT: return read_u32(param->data);
    case FPTR_DOUBLE: memcpy(&value, param->data, sizeof value); return value;
    case FPTR_STRING: return strtod((const char *)param->data, NULL);
    default: return 0;
  }
}

uint32_t param_int(const fptr_param *param) {
  if (param->type == FPTR_INT) return read_u32(param->data);
  double value = param_double(param);
  return value < 0 ? (uint32_t)(int32_t)value : (uint32_t)value;
}

char *param_text(const fptr_param *param) {
  char text[64] = "";
  if (param->type == FPTR_STRING) return strdup((const char *)param->data);
  if (param->type == FPTR_BOOL || param->type == FPTR_INT) snprintf(text, sizeof text, "%u", param_int(param));
  if (param->type == FPTR_DOUBLE) snprintf(text, sizeof text, "%.15g", param_double(param));
  if (param->type == FPTR_DATETIME) {
    int f[6];
    param_datetime(param, f);
    snprintf(text, sizeof text, "%04d.%02d.%02d %02d:%02d:%02d", f[0], f[1], f[2], f[3], f[4], f[5]);
  }
  return strdup(text);
}

void param_datetime(const fptr_param *param, int fields[6]) {
  static const int epoch[6] = {1970, 1, 1, 0, 0, 0}; /* callers build a date of it: zeros would throw */
  for (int at = 0; at < 6; at++) {
    fields[at] = param && param->type == FPTR_DATETIME ? (int)read_u32(param->data + 4 * at) : epoch[at];
  }
}
