/*
 * libfptr10 for the emulated register: the vendor's C interface on one side, a TCP link on the other.
 * POSIX only (Linux, macOS). No library but libc.
 *
 * A handle keeps the params set so far; a method sends them to the register with its name, and what comes back
 * becomes the outputs. Nothing fiscal is decided here.
 *
 * The wire, all integers little-endian:
 *
 *   frame    = u32 size of the rest, then the rest
 *   request  = u8 length, method name (ASCII, no "libfptr_"), params
 *   answer   = i32 error code (0 = done), u32 length, error text (UTF-8), params
 *   params   = u16 count, then each: i32 id, u8 type, u8 flags, u32 length, data
 *   data     = bool u8 | int u32 | double f64 | string UTF-8 | datetime 6 x i32 (year, month 1-12, day, h, m, s) | bytes
 *   flags    = 1 not printed, 2 user param
 *
 * Ids from FPTR_PRIVATE up belong to the link and never reach the caller. Each answer carries the number of the last
 * fiscal document; a method that begins a document copies it into the handle, and check_document_closed sends it
 * back. That is the memory the vendor's driver keeps in its object: another handle does not have it.
 */
#ifndef FPTR_H
#define FPTR_H

#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

enum fptr_type { FPTR_BOOL, FPTR_INT, FPTR_DOUBLE, FPTR_STRING, FPTR_DATETIME, FPTR_BYTES };
enum fptr_flag { FPTR_NOT_PRINTED = 1, FPTR_USER = 2 };

enum fptr_private {
  FPTR_PRIVATE = 0x7F000000,
  FPTR_LAST_DOCUMENT = 0x7F000001, /* int, answer: number of the last fiscal document */
  FPTR_VERSION = 0x7F000002,       /* string, answer to hello: what get_version_string says */
  FPTR_BEGUN_AFTER = 0x7F000003,   /* int, check_document_closed: last document when ours was begun */
  FPTR_BEGUN_KIND = 0x7F000004     /* string, check_document_closed: the method that began it */
};

enum fptr_error {
  FPTR_OK = 0,
  FPTR_CONNECTION_DISABLED = 1,
  FPTR_NO_CONNECTION = 2,
  FPTR_PORT_NOT_AVAILABLE = 4,
  FPTR_INCORRECT_DATA = 5,
  FPTR_INVALID_SETTINGS = 9,
  FPTR_NOT_SUPPORTED = 11,
  FPTR_INVALID_PARAM = 13,
  FPTR_NO_MEMORY = 50,
  FPTR_CONNECTION_LOST = 241
};

/* --- bytes.c: a growing buffer that remembers having run out of memory --- */

typedef struct {
  unsigned char *data;
  size_t size, capacity;
  int failed;
} fptr_bytes;

void bytes_add(fptr_bytes *bytes, const void *data, size_t size);
void bytes_add_u8(fptr_bytes *bytes, uint8_t value);
void bytes_add_u16(fptr_bytes *bytes, uint16_t value);
void bytes_add_u32(fptr_bytes *bytes, uint32_t value);
void bytes_free(fptr_bytes *bytes);
uint32_t read_u32(const unsigned char *from);

/* --- wide.c: wchar_t (UTF-16 or UTF-32, as the platform has it) and UTF-8 --- */

/* malloc'ed UTF-8, or NULL when the text is NULL or memory ran out. */
char *utf8_of(const wchar_t *text);
/* Copies what fits with its NUL; answers the units needed, NUL included. */
int copy_wide(const char *utf8, wchar_t *value, int size);

/* --- params.c --- */

typedef struct {
  int32_t id;
  uint8_t type, flags;
  uint32_t size;
  unsigned char *data;
} fptr_param;

typedef struct {
  fptr_param *items;
  size_t count, capacity;
} fptr_params;

/* 0 when memory ran out. An id set twice is kept twice: some tags repeat. */
int params_add(fptr_params *params, int32_t id, uint8_t type, uint8_t flags, const void *data, size_t size);
void params_clear(fptr_params *params);
/* The last one set under the id, or NULL. */
const fptr_param *params_find(const fptr_params *params, int32_t id);
void params_encode(const fptr_params *params, fptr_bytes *into);
/* 0 when the bytes are not a list of params. */
int params_decode(fptr_params *params, const unsigned char *data, size_t size);

uint32_t param_int(const fptr_param *param);
double param_double(const fptr_param *param);
/* malloc'ed UTF-8 text of the value. */
char *param_text(const fptr_param *param);
void param_datetime(const fptr_param *param, int fields[6]);

/* --- settings.c --- */

typedef struct {
  char *key, *value;
  char kind; /* 'n' number, 'b' bool, 's' string: how get_settings writes it */
} fptr_setting;

typedef struct {
  fptr_setting *items;
  size_t count, capacity;
} fptr_settings;

int settings_defaults(fptr_settings *settings);
/* Replaces or adds; kind 0 keeps what the setting has. */
int settings_set(fptr_settings *settings, const char *key, const char *value, char kind);
const char *settings_get(const fptr_settings *settings, const char *key, const char *otherwise);
/* Reads one flat JSON object of strings, numbers and booleans. 0 when it is anything else. */
int settings_read_json(fptr_settings *settings, const char *json);
void settings_write_json(const fptr_settings *settings, fptr_bytes *into);
void settings_clear(fptr_settings *settings);

/* --- link.c: one TCP connection --- */

/* A connected socket, or -1. */
int link_connect(const char *host, const char *port, int timeout_ms);
/* 1 while the other side has not hung up. */
int link_alive(int socket);
/* Sends one frame and waits for one. 0 when the link broke or the time ran out: the request may have been obeyed. */
int link_exchange(int socket, const fptr_bytes *request, fptr_bytes *answer, int timeout_ms);
void link_close(int socket);

/* --- handle.c --- */

typedef struct {
  fptr_params inputs, outputs;
  fptr_settings settings, staged;
  int error;
  char *error_text;
  int setter_error; /* setters are void: their fault is told by the next method */
  int socket, opened;
  uint32_t last_document;
  uint32_t begun_after;
  const char *begun_kind; /* NULL: this handle has begun nothing */
} fptr_handle;

fptr_handle *handle_new(void);
void handle_free(fptr_handle *handle);
int handle_fail(fptr_handle *handle, int error, const char *text);
int handle_done(fptr_handle *handle);
int handle_open(fptr_handle *handle);
int handle_close(fptr_handle *handle);
/* Runs a method on the register: 0, or -1 with the error kept in the handle. */
int handle_call(fptr_handle *handle, const char *method);
const char *handle_version(void);

#endif
