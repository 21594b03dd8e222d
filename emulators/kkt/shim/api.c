/* The 165 exported names, with the vendor's exact shapes. */
#include "fptr.h"
#include <stdlib.h>
#include <string.h>

#define API __attribute__((visibility("default")))
typedef unsigned int uint;
typedef unsigned char uchar;

#define METHOD(name) \
  API int libfptr_##name(void *handle) { return handle ? handle_call(handle, #name) : -1; }
#include "methods.def"
#undef METHOD

/* --- the library and the handle --- */

API void libfptr_init_library(void *params) { (void)params; }
API const char *libfptr_get_version_string(void) { return handle_version(); }

API int libfptr_create(void **out) {
  *out = handle_new();
  return *out ? 0 : -1;
}

API int libfptr_create_with_id(void **out, const wchar_t *id) {
  if (!id || !*id) {
    *out = NULL;
    return -2;
  }
  return libfptr_create(out);
}

API void libfptr_destroy(void **handle) {
  if (!handle || !*handle) return;
  handle_free(*handle);
  *handle = NULL;
}

API int libfptr_open(void *handle) { return handle ? handle_open(handle) : -1; }
API int libfptr_close(void *handle) { return handle ? handle_close(handle) : -1; }
API int libfptr_is_opened(void *handle) { return handle && ((fptr_handle *)handle)->opened; }

API int libfptr_error_code(void *handle) { return handle ? ((fptr_handle *)handle)->error : FPTR_INVALID_PARAM; }
API int libfptr_error_description(void *handle, wchar_t *value, int size) {
  return copy_wide(handle ? ((fptr_handle *)handle)->error_text : "", value, size);
}
API int libfptr_error_recommendation(void *handle, wchar_t *value, int size) {
  (void)handle;
  return copy_wide("", value, size);
}
API void libfptr_reset_error(void *handle) {
  if (handle) handle_done(handle);
}

/* --- settings --- */

API int libfptr_set_settings(void *handle, const wchar_t *json) {
  if (!handle) return -1;
  fptr_handle *self = handle;
  char *text = utf8_of(json);
  int good = text && settings_read_json(&self->settings, text);
  free(text);
  return good ? handle_done(self) : handle_fail(self, FPTR_INVALID_SETTINGS, NULL);
}

API int libfptr_get_settings(void *handle, wchar_t *value, int size) {
  if (!handle) return copy_wide("", value, size);
  fptr_bytes json = {0};
  settings_write_json(&((fptr_handle *)handle)->settings, &json);
  int needed = copy_wide(json.failed ? "" : (char *)json.data, value, size);
  bytes_free(&json);
  return needed;
}

API void libfptr_set_single_setting(void *handle, const wchar_t *key, const wchar_t *value) {
  if (!handle) return;
  fptr_handle *self = handle;
  char *name = utf8_of(key), *text = utf8_of(value);
  if (!name || !text || !settings_set(&self->staged, name, text, 0)) self->setter_error = FPTR_INVALID_PARAM;
  free(name);
  free(text);
}

API int libfptr_get_single_setting(void *handle, const wchar_t *key, wchar_t *value, int size) {
  char *name = utf8_of(key);
  int needed = copy_wide(handle && name ? settings_get(&((fptr_handle *)handle)->settings, name, "") : "", value, size);
  free(name);
  return needed;
}

API int libfptr_apply_single_settings(void *handle) {
  if (!handle) return -1;
  fptr_handle *self = handle;
  int error = self->setter_error;
  self->setter_error = 0;
  for (size_t at = 0; at < self->staged.count; at++) {
    const fptr_setting *each = &self->staged.items[at];
    if (!settings_set(&self->settings, each->key, each->value, 0)) error = FPTR_NO_MEMORY;
  }
  settings_clear(&self->staged);
  return error ? handle_fail(self, error, NULL) : handle_done(self);
}

/* --- params in --- */

static void set_param(void *handle, int id, uint8_t type, uint8_t flags, const void *data, size_t size) {
  fptr_handle *self = handle;
  if (self && (id < 0 || id >= FPTR_PRIVATE || !params_add(&self->inputs, id, type, flags, data, size))) {
    self->setter_error = FPTR_INVALID_PARAM;
  }
}

static void set_int(void *handle, int id, uint8_t flags, uint32_t v) {
  unsigned char data[4] = {(uchar)v, (uchar)(v >> 8), (uchar)(v >> 16), (uchar)(v >> 24)};
  set_param(handle, id, FPTR_INT, flags, data, sizeof data);
}

static void set_text(void *handle, int id, uint8_t flags, const wchar_t *value) {
  char *text = utf8_of(value);
  if (text) set_param(handle, id, FPTR_STRING, flags, text, strlen(text));
  else if (handle) ((fptr_handle *)handle)->setter_error = FPTR_INVALID_PARAM;
  free(text);
}

static void set_datetime(void *handle, int id, uint8_t flags, const int fields[6]) {
  fptr_bytes data = {0};
  for (int at = 0; at < 6; at++) bytes_add_u32(&data, (uint32_t)fields[at]);
  if (!data.failed) set_param(handle, id, FPTR_DATETIME, flags, data.data, data.size);
  bytes_free(&data);
}

#define SETTERS(prefix, flags)                                                                           \
  API void libfptr_##prefix##_bool(void *handle, int id, int value) {                                    \
    uchar data = value != 0;                                                                             \
    set_param(handle, id, FPTR_BOOL, flags, &data, 1);                                                   \
  }                                                                                                      \
  API void libfptr_##prefix##_int(void *handle, int id, uint value) { set_int(handle, id, flags, value); } \
  API void libfptr_##prefix##_double(void *handle, int id, double value) {                               \
    set_param(handle, id, FPTR_DOUBLE, flags, &value, sizeof value);                                     \
  }                                                                                                      \
  API void libfptr_##prefix##_str(void *handle, int id, const wchar_t *value) {                          \
    set_text(handle, id, flags, value);                                                                  \
  }                                                                                                      \
  API void libfptr_##prefix##_datetime(void *handle, int id, int Y, int M, int D, int h, int m, int s) { \
    set_datetime(handle, id, flags, (int[6]){Y, M, D, h, m, s});                                         \
  }                                                                                                      \
  API void libfptr_##prefix##_bytearray(void *handle, int id, const uchar *value, int size) {            \
    set_param(handle, id, FPTR_BYTES, flags, value, value && size > 0 ? (size_t)size : 0);               \
  }

SETTERS(set_param, 0)
SETTERS(set_non_printable_param, FPTR_NOT_PRINTED)
SETTERS(set_user_param, FPTR_USER)

API int libfptr_reset_params(void *handle) {
  if (!handle) return -1;
  fptr_handle *self = handle;
  params_clear(&self->inputs);
  self->setter_error = 0;
  return handle_done(self);
}

/* --- params out --- */

static const fptr_param *output(void *handle, int id) {
  return handle ? params_find(&((fptr_handle *)handle)->outputs, id) : NULL;
}

API int libfptr_get_param_bool(void *handle, int id) {
  const fptr_param *param = output(handle, id);
  return param && param_double(param) != 0;
}
API uint libfptr_get_param_int(void *handle, int id) {
  const fptr_param *param = output(handle, id);
  return param ? param_int(param) : 0;
}
API double libfptr_get_param_double(void *handle, int id) {
  const fptr_param *param = output(handle, id);
  return param ? param_double(param) : 0;
}
API int libfptr_get_param_str(void *handle, int id, wchar_t *value, int size) {
  const fptr_param *param = output(handle, id);
  char *text = param ? param_text(param) : NULL;
  int needed = copy_wide(text, value, size);
  free(text);
  return needed;
}
API void libfptr_get_param_datetime(void *handle, int id, int *Y, int *M, int *D, int *h, int *m, int *s) {
  int fields[6];
  param_datetime(output(handle, id), fields);
  *Y = fields[0], *M = fields[1], *D = fields[2], *h = fields[3], *m = fields[4], *s = fields[5];
}
API int libfptr_get_param_bytearray(void *handle, int id, uchar *value, int size) {
  const fptr_param *param = output(handle, id);
  if (!param) return 0;
  if (value && size > 0) memcpy(value, param->data, (uint32_t)size < param->size ? (size_t)size : param->size);
  return (int)param->size;
}
API int libfptr_is_param_available(void *handle, int id) { return output(handle, id) != NULL; }

/* --- what has no meaning without the vendor's own device or windows --- */

API int libfptr_log_write(const wchar_t *tag, int level, const wchar_t *message) {
  return (void)tag, (void)level, (void)message, 0;
}
API int libfptr_log_write_ex(void *handle, const wchar_t *tag, int level, const wchar_t *message) {
  return (void)handle, libfptr_log_write(tag, level, message);
}
API int libfptr_change_label(void *handle, const wchar_t *label) {
  (void)label;
  return handle ? handle_done(handle) : -1;
}
API int libfptr_show_properties(void *handle, int parent_type, void *parent) {
  (void)parent_type, (void)parent;
  return handle ? handle_fail(handle, FPTR_NOT_SUPPORTED, NULL) : -1;
}
