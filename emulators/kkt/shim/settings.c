#include "fptr.h"
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *key, *value;
  char kind;
} DEFAULTS[] = {
    {"Model", "500", 'n'},        {"Port", "0", 'n'},           {"ComFile", "1", 's'},
    {"BaudRate", "115200", 'n'},  {"Bits", "8", 'n'},           {"Parity", "0", 'n'},
    {"StopBits", "0", 'n'},       {"IPAddress", "192.168.1.10", 's'}, {"IPPort", "5555", 'n'},
    {"UsbDevicePath", "auto", 's'}, {"OfdChannel", "0", 'n'},   {"MACAddress", "FF:FF:FF:FF:FF:FF", 's'},
    {"AccessPassword", "", 's'},  {"UserPassword", "", 's'},    {"AutoReconnect", "1", 'b'},
    {"LibraryPath", "", 's'},     {"RemoteTimeout", "600000", 'n'},
};

int settings_set(fptr_settings *settings, const char *key, const char *value, char kind) {
  char *copy = strdup(value);
  if (!copy) return 0;
  for (size_t at = 0; at < settings->count; at++) {
    fptr_setting *setting = &settings->items[at];
    if (strcmp(setting->key, key) != 0) continue;
    free(setting->value);
    setting->value = copy;
    return 1;
  }
  if (settings->count == settings->capacity) {
    size_t capacity = settings->capacity ? settings->capacity * 2 : 32;
    fptr_setting *grown = realloc(settings->items, capacity * sizeof *grown);
    if (!grown) return free(copy), 0;
    settings->items = grown;
    settings->capacity = capacity;
  }
  char *name = strdup(key);
  if (!name) return free(copy), 0;
  settings->items[settings->count++] = (fptr_setting){name, copy, kind ? kind : 's'};
  return 1;
}

int settings_defaults(fptr_settings *settings) {
  for (size_t at = 0; at < sizeof DEFAULTS / sizeof *DEFAULTS; at++) {
    if (!settings_set(settings, DEFAULTS[at].key, DEFAULTS[at].value, DEFAULTS[at].kind)) return 0;
  }
  return 1;
}

const char *settings_get(const fptr_settings *settings, const char *key, const char *otherwise) {
  for (size_t at = 0; at < settings->count; at++) {
    if (strcmp(settings->items[at].key, key) == 0) return settings->items[at].value;
  }
  return otherwise;
}

void settings_clear(fptr_settings *settings) {
  for (size_t at = 0; at < settings->count; at++) {
    free(settings->items[at].key);
    free(settings->items[at].value);
  }
  free(settings->items);
  memset(settings, 0, sizeof *settings);
}

static void skip_blank(const char **at) {
  while (**at && strchr(" \t\r\n", **at)) ++*at;
}

/* A JSON string with the escapes that settings can hold (no \u: paths and addresses need none). */
static int read_string(const char **at, fptr_bytes *into) {
  if (*(*at)++ != '"') return 0;
  for (; **at && **at != '"'; ++*at) {
    char c = **at;
    if (c == '\\') {
      c = *++*at;
      if (c == 'n') c = '\n';
      else if (c == 't') c = '\t';
      else if (!c || !strchr("\"\\/", c)) return 0;
    }
    bytes_add(into, &c, 1);
  }
  bytes_add_u8(into, 0);
  return *(*at)++ == '"' && !into->failed;
}

/* The kind of the value read, or 0. */
static char read_value(const char **at, fptr_bytes *into) {
  if (**at == '"') return read_string(at, into) ? 's' : 0;
  const char *from = *at;
  while (**at && !strchr(",} \t\r\n", **at)) ++*at;
  size_t size = (size_t)(*at - from);
  char kind = 'n';
  if (size == 4 && strncmp(from, "true", 4) == 0) from = "1", size = 1, kind = 'b';
  else if (size == 5 && strncmp(from, "false", 5) == 0) from = "0", size = 1, kind = 'b';
  else if (size == 0 || strspn(from, "-+.0123456789eE") < size) return 0;
  bytes_add(into, from, size);
  bytes_add_u8(into, 0);
  return into->failed ? 0 : kind;
}

int settings_read_json(fptr_settings *settings, const char *json) {
  int good = 0;
  const char *at = json;
  skip_blank(&at);
  if (*at++ != '{') return 0;
  skip_blank(&at);
  if (*at == '}') return 1;
  do {
    fptr_bytes key = {0}, value = {0};
    skip_blank(&at);
    good = read_string(&at, &key);
    skip_blank(&at);
    good = good && *at++ == ':';
    skip_blank(&at);
    char kind = good ? read_value(&at, &value) : 0;
    good = kind && settings_set(settings, (char *)key.data, (char *)value.data, kind);
    bytes_free(&key);
    bytes_free(&value);
    skip_blank(&at);
  } while (good && *at++ == ',');
  return good && at[-1] == '}';
}

static void write_string(const char *text, fptr_bytes *into) {
  bytes_add_u8(into, '"');
  for (; *text; text++) {
    if (strchr("\"\\", *text)) bytes_add_u8(into, '\\');
    bytes_add(into, text, 1);
  }
  bytes_add_u8(into, '"');
}

void settings_write_json(const fptr_settings *settings, fptr_bytes *into) {
  bytes_add_u8(into, '{');
  for (size_t at = 0; at < settings->count; at++) {
    const fptr_setting *setting = &settings->items[at];
    if (at) bytes_add_u8(into, ',');
    write_string(setting->key, into);
    bytes_add_u8(into, ':');
    const char *bare = setting->kind == 'b' ? (strcmp(setting->value, "0") == 0 ? "false" : "true") : setting->value;
    if (setting->kind == 's' || !*bare) write_string(setting->value, into);
    else bytes_add(into, bare, strlen(bare));
  }
  bytes_add(into, "}", 2); /* with its NUL */
}
