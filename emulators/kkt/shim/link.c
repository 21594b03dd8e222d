#include "fptr.h"
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* macOS: SO_NOSIGPIPE below */
#endif

enum { LARGEST_FRAME = 64 << 20 };

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* 1 when the socket is ready for `events` before the deadline. */
static int wait_for(int socket, short events, int64_t deadline) {
  for (;;) {
    int64_t left = deadline - now_ms();
    if (left < 0) return 0;
    struct pollfd poller = {.fd = socket, .events = events};
    int ready = poll(&poller, 1, left > 1 << 30 ? 1 << 30 : (int)left);
    if (ready > 0) return 1;
    if (ready == 0 || errno != EINTR) return 0;
  }
}

static int connect_one(const struct addrinfo *address, int64_t deadline) {
  int s = socket(address->ai_family, SOCK_STREAM, 0), error = 0, on = 1;
  socklen_t size = sizeof error;
  if (s < 0) return -1;
  fcntl(s, F_SETFD, FD_CLOEXEC);
  fcntl(s, F_SETFL, O_NONBLOCK);
  int done = connect(s, address->ai_addr, address->ai_addrlen) == 0;
  if (!done && errno == EINPROGRESS && wait_for(s, POLLOUT, deadline)) {
    done = getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
  }
  if (!done) {
    close(s);
    return -1;
  }
  setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
#ifdef SO_NOSIGPIPE
  setsockopt(s, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
  return s;
}

int link_connect(const char *host, const char *port, int timeout_ms) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
  if (getaddrinfo(host, port, &hints, &found) != 0) return -1;
  int64_t deadline = now_ms() + timeout_ms;
  int s = -1;
  for (const struct addrinfo *each = found; each && s < 0; each = each->ai_next) s = connect_one(each, deadline);
  freeaddrinfo(found);
  return s;
}

int link_alive(int s) {
  char byte;
  ssize_t got = recv(s, &byte, 1, MSG_PEEK);
  /* Bytes nobody asked for are as bad as a hang-up: an answer to an abandoned request. */
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

static int send_all(int s, const unsigned char *data, size_t size, int64_t deadline) {
  while (size > 0) {
    ssize_t sent = send(s, data, size, MSG_NOSIGNAL);
    if (sent > 0) data += sent, size -= (size_t)sent;
    else if (sent < 0 && errno == EINTR) continue;
    else if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) && wait_for(s, POLLOUT, deadline)) continue;
    else return 0;
  }
  return 1;
}

static int receive_all(int s, unsigned char *data, size_t size, int64_t deadline) {
  while (size > 0) {
    ssize_t got = recv(s, data, size, 0);
    if (got > 0) data += got, size -= (size_t)got;
    else if (got < 0 && errno == EINTR) continue;
    else if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) && wait_for(s, POLLIN, deadline)) continue;
    else return 0;
  }
  return 1;
}

int link_exchange(int s, const fptr_bytes *request, fptr_bytes *answer, int timeout_ms) {
  int64_t deadline = now_ms() + timeout_ms;
  fptr_bytes frame = {0};
  bytes_add_u32(&frame, (uint32_t)request->size);
  bytes_add(&frame, request->data, request->size);
  int sent = !frame.failed && send_all(s, frame.data, frame.size, deadline);
  bytes_free(&frame);
  unsigned char head[4];
  if (!sent || !receive_all(s, head, sizeof head, deadline)) return 0;
  uint32_t size = read_u32(head);
  if (size > LARGEST_FRAME || !(answer->data = malloc(size + 1))) return 0;
  answer->size = answer->capacity = size;
  return receive_all(s, answer->data, size, deadline);
}

void link_close(int s) {
  if (s >= 0) close(s);
}
