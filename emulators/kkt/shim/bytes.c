#include "fptr.h"
#include <stdlib.h>
#include <string.h>

void bytes_add(fptr_bytes *bytes, const void *data, size_t size) {
  if (bytes->failed || size == 0) return;
  if (bytes->size + size > bytes->capacity) {
    size_t capacity = bytes->capacity ? bytes->capacity : 256;
    while (capacity < bytes->size + size) capacity *= 2;
    unsigned char *grown = realloc(bytes->data, capacity);
    if (!grown) {
      bytes->failed = 1;
      return;
    }
    bytes->data = grown;
    bytes->capacity = capacity;
  }
  memcpy(bytes->data + bytes->size, data, size);
  bytes->size += size;
}

void bytes_add_u8(fptr_bytes *bytes, uint8_t value) { bytes_add(bytes, &value, 1); }

void bytes_add_u16(fptr_bytes *bytes, uint16_t value) {
  unsigned char out[2] = {(unsigned char)value, (unsigned char)(value >> 8)};
  bytes_add(bytes, out, sizeof out);
}

void bytes_add_u32(fptr_bytes *bytes, uint32_t value) {
  bytes_add_u16(bytes, (uint16_t)value);
  bytes_add_u16(bytes, (uint16_t)(value >> 16));
}

void bytes_free(fptr_bytes *bytes) {
  free(bytes->data);
  memset(bytes, 0, sizeof *bytes);
}

uint32_t read_u32(const unsigned char *from) {
  return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}
