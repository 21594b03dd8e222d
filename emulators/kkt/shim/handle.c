#include "fptr.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECT_TIMEOUT_MS = 2000 };

/* One version for the whole library, as in life: the register last spoken to decides what it says. */
static pthread_mutex_t version_lock = PTHREAD_MUTEX_INITIALIZER;
static char version[32] = "10.10.8.0";

const char *handle_version(void) { return version; }

static void remember_version(const char *text) {
  pthread_mutex_lock(&version_lock);
  strncpy(version, text, sizeof version - 1);
  pthread_mutex_unlock(&version_lock);
}

static const struct {
  int code;
  const char *text;
} TEXTS[] = {
    {FPTR_OK, "Ошибок нет"},
    {FPTR_CONNECTION_DISABLED, "Соединение не установлено"},
    {FPTR_NO_CONNECTION, "Нет связи"},
    {FPTR_PORT_NOT_AVAILABLE, "Порт недоступен"},
    {FPTR_INCORRECT_DATA, "Некорректные данные от устройства"},
    {FPTR_INVALID_SETTINGS, "Некорректные настройки"},
    {FPTR_NOT_SUPPORTED, "Не поддерживается"},
    {FPTR_INVALID_PARAM, "Некорректный параметр"},
    {FPTR_NO_MEMORY, "Недостаточно памяти"},
    {FPTR_CONNECTION_LOST, "Соединение с ККТ потеряно"},
};

static const char *text_of(int code) {
  for (size_t at = 0; at < sizeof TEXTS / sizeof *TEXTS; at++) {
    if (TEXTS[at].code == code) return TEXTS[at].text;
  }
  return "Неизвестная ошибка";
}

static void set_error(fptr_handle *handle, int error, const char *text) {
  free(handle->error_text);
  handle->error = error;
  handle->error_text = strdup(text ? text : text_of(error));
}

int handle_fail(fptr_handle *handle, int error, const char *text) {
  set_error(handle, error, text);
  return -1;
}

int handle_done(fptr_handle *handle) {
  set_error(handle, FPTR_OK, NULL);
  return 0;
}

fptr_handle *handle_new(void) {
  fptr_handle *handle = calloc(1, sizeof *handle);
  if (!handle) return NULL;
  handle->socket = -1;
  if (!settings_defaults(&handle->settings)) return handle_free(handle), NULL;
  set_error(handle, FPTR_OK, NULL);
  return handle;
}

void handle_free(fptr_handle *handle) {
  link_close(handle->socket);
  params_clear(&handle->inputs);
  params_clear(&handle->outputs);
  settings_clear(&handle->settings);
  settings_clear(&handle->staged);
  free(handle->error_text);
  free(handle);
}

static void hang_up(fptr_handle *handle) {
  link_close(handle->socket);
  handle->socket = -1;
}

/* Takes what belongs to the link out of the answer; the rest becomes the caller's outputs. */
static void keep_outputs(fptr_handle *handle, fptr_params *answered) {
  for (size_t at = 0; at < answered->count; at++) {
    const fptr_param *param = &answered->items[at];
    if (param->id == FPTR_LAST_DOCUMENT) handle->last_document = param_int(param);
    else if (param->id == FPTR_VERSION) remember_version((const char *)param->data);
    else params_add(&handle->outputs, param->id, param->type, param->flags, param->data, param->size);
  }
}

/* One request and its answer. A broken link is told as such and never tried again: it may have been obeyed. */
static int exchange(fptr_handle *handle, const char *method) {
  fptr_bytes request = {0}, answer = {0};
  fptr_params answered = {0};
  bytes_add_u8(&request, (uint8_t)strlen(method));
  bytes_add(&request, method, strlen(method));
  params_encode(&handle->inputs, &request);
  params_clear(&handle->inputs);
  params_clear(&handle->outputs);
  int timeout = atoi(settings_get(&handle->settings, "RemoteTimeout", "600000"));
  int result = -1;
  if (request.failed) {
    handle_fail(handle, FPTR_NO_MEMORY, NULL);
  } else if (!link_exchange(handle->socket, &request, &answer, timeout)) {
    hang_up(handle);
    handle_fail(handle, FPTR_CONNECTION_LOST, NULL);
  } else {
    uint32_t text_size = answer.size >= 8 ? read_u32(answer.data + 4) : 0;
    int readable = answer.size >= 8 && text_size <= answer.size - 8 &&
                   params_decode(&answered, answer.data + 8 + text_size, answer.size - 8 - text_size);
    if (!readable) {
      hang_up(handle);
      handle_fail(handle, FPTR_INCORRECT_DATA, NULL);
    } else {
      int error = (int)read_u32(answer.data);
      answer.data[8 + text_size] = 0; /* the params are copied out: their first byte may become the NUL */
      keep_outputs(handle, &answered);
      result = error == FPTR_OK ? handle_done(handle) : handle_fail(handle, error, (char *)answer.data + 8);
    }
  }
  bytes_free(&request);
  bytes_free(&answer);
  params_clear(&answered);
  return result;
}

static int greet(fptr_handle *handle) {
  if (atoi(settings_get(&handle->settings, "Port", "0")) != 2) return handle_fail(handle, FPTR_PORT_NOT_AVAILABLE, NULL);
  handle->socket = link_connect(settings_get(&handle->settings, "IPAddress", ""),
                                settings_get(&handle->settings, "IPPort", ""), CONNECT_TIMEOUT_MS);
  if (handle->socket < 0) return handle_fail(handle, FPTR_NO_CONNECTION, NULL);
  fptr_params waiting = handle->inputs;
  memset(&handle->inputs, 0, sizeof handle->inputs);
  int result = exchange(handle, "hello");
  handle->inputs = waiting;
  if (result != 0) hang_up(handle);
  return result;
}

int handle_open(fptr_handle *handle) {
  handle_close(handle);
  if (greet(handle) != 0) return -1;
  handle->opened = 1;
  return 0;
}

int handle_close(fptr_handle *handle) {
  hang_up(handle);
  handle->opened = 0;
  params_clear(&handle->inputs);
  return handle_done(handle);
}

static int begins_document(const char *method) {
  return strcmp(method, "open_receipt") == 0 || strcmp(method, "open_shift") == 0 || strcmp(method, "report") == 0;
}

static int add_memory(fptr_handle *handle) {
  unsigned char number[4] = {(unsigned char)handle->begun_after, (unsigned char)(handle->begun_after >> 8),
                             (unsigned char)(handle->begun_after >> 16), (unsigned char)(handle->begun_after >> 24)};
  return params_add(&handle->inputs, FPTR_BEGUN_AFTER, FPTR_INT, 0, number, sizeof number) &&
         params_add(&handle->inputs, FPTR_BEGUN_KIND, FPTR_STRING, 0, handle->begun_kind, strlen(handle->begun_kind));
}

int handle_call(fptr_handle *handle, const char *method) {
  int setter_error = handle->setter_error;
  handle->setter_error = 0;
  int result;
  if (setter_error) {
    result = handle_fail(handle, setter_error, NULL);
  } else if (!handle->opened) {
    result = handle_fail(handle, FPTR_CONNECTION_DISABLED, NULL);
  } else {
    if (handle->socket >= 0 && !link_alive(handle->socket)) hang_up(handle);
    int reconnects = strcmp(settings_get(&handle->settings, "AutoReconnect", "1"), "0") != 0;
    result = handle->socket >= 0 ? 0 : reconnects ? greet(handle) : handle_fail(handle, FPTR_NO_CONNECTION, NULL);
  }
  uint32_t begun_after = handle->begun_after;
  const char *begun_kind = handle->begun_kind;
  if (result == 0 && begins_document(method)) {
    handle->begun_after = handle->last_document;
    handle->begun_kind = method;
  }
  if (result == 0 && strcmp(method, "check_document_closed") == 0 && handle->begun_kind && !add_memory(handle)) {
    result = handle_fail(handle, FPTR_NO_MEMORY, NULL);
  }
  if (result == 0) {
    result = exchange(handle, method);
    /* A receipt that the register answered it did not open: the document before it is still the last one begun. */
    if (result != 0 && handle->socket >= 0 && strcmp(method, "open_receipt") == 0) {
      handle->begun_after = begun_after;
      handle->begun_kind = begun_kind;
    }
    return result;
  }
  params_clear(&handle->inputs);
  params_clear(&handle->outputs);
  return result;
}
