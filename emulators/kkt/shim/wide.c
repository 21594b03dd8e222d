#include "fptr.h"
#include <stdlib.h>
#include <string.h>

static const uint32_t REPLACEMENT = 0xFFFD;

static int is_surrogate(uint32_t c) { return c >= 0xD800 && c <= 0xDFFF; }

/* Takes one code point off the text; joins a surrogate pair where wchar_t is 16 bits. */
static uint32_t next_wide(const wchar_t **text) {
  uint32_t c = (uint32_t)*(*text)++;
  if (sizeof(wchar_t) == 2) {
    c &= 0xFFFF;
    uint32_t low = (uint32_t)**text & 0xFFFF;
    if (c >= 0xD800 && c <= 0xDBFF && low >= 0xDC00 && low <= 0xDFFF) {
      (*text)++;
      return 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    }
  }
  return is_surrogate(c) || c > 0x10FFFF ? REPLACEMENT : c;
}

static size_t put_utf8(uint32_t c, char *out) {
  if (c < 0x80) {
    out[0] = (char)c;
    return 1;
  }
  size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
  for (size_t at = length - 1; at > 0; at--, c >>= 6) out[at] = (char)(0x80 | (c & 0x3F));
  out[0] = (char)(lead[length] | c);
  return length;
}

char *utf8_of(const wchar_t *text) {
  if (!text) return NULL;
  char *out = malloc(wcslen(text) * 4 + 1);
  if (!out) return NULL;
  size_t size = 0;
  while (*text) size += put_utf8(next_wide(&text), out + size);
  out[size] = 0;
  return out;
}

static uint32_t next_utf8(const unsigned char **text) {
  uint32_t c = *(*text)++;
  if (c < 0x80) return c;
  int more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : c >= 0xC0 ? 1 : -1;
  if (more < 0) return REPLACEMENT;
  c &= 0x3F >> more;
  while (more-- > 0) {
    if ((**text & 0xC0) != 0x80) return REPLACEMENT;
    c = c << 6 | (*(*text)++ & 0x3F);
  }
  return c > 0x10FFFF || is_surrogate(c) ? REPLACEMENT : c;
}

int copy_wide(const char *utf8, wchar_t *value, int size) {
  const unsigned char *text = (const unsigned char *)(utf8 ? utf8 : "");
  int units = 0, room = value && size > 0 ? size - 1 : 0, written = 0, full = 0;
  while (*text) {
    uint32_t c = next_utf8(&text);
    int pair = sizeof(wchar_t) == 2 && c > 0xFFFF;
    units += pair ? 2 : 1;
    if (full || units > room) {
      full = 1; /* once cut, stays cut: no later, shorter character may slip in */
      continue;
    }
    if (pair) {
      value[written++] = (wchar_t)(0xD800 + ((c - 0x10000) >> 10));
      value[written++] = (wchar_t)(0xDC00 + ((c - 0x10000) & 0x3FF));
    } else {
      value[written++] = (wchar_t)c;
    }
  }
  if (value && size > 0) value[written] = 0;
  return units + 1;
}
