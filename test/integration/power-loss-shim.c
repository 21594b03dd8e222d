/*
 * What a disk has for certain: before each fsync or fdatasync of a file under POWER_LOSS_ROOT its bytes are put aside in
 * POWER_LOSS_OUT, for a folder its names and their inodes, and when the call has come back a line of the log says so.
 * A power cut may take everything else.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned long count;

static int put_aside(int fd, const struct stat *about, const char *path, const char *copy) {
  int out = open(copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (out < 0) return -1;
  if (S_ISDIR(about->st_mode)) {
    DIR *folder = opendir(path);
    struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL)
      dprintf(out, "%lu %s\n", (unsigned long)entry->d_ino, entry->d_name);
    if (folder != NULL) closedir(folder);
  } else {
    char block[65536];
    off_t at = 0;
    ssize_t got;
    /*
     * By the caller's own descriptor where it reads: closing another of the same file would drop the locks that this
     * process holds on it. What is open for writing only has none.
     */
    int own = (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    while ((got = pread(own < 0 ? fd : own, block, sizeof block, at)) > 0) {
      if (write(out, block, (size_t)got) != got) abort();
      at += got;
    }
    if (own >= 0) close(own);
  }
  close(out);
  return 0;
}

static int synced(int fd, int (*real)(int)) {
  const char *root = getenv("POWER_LOSS_ROOT"), *folder = getenv("POWER_LOSS_OUT");
  char link[64], path[4096], copy[4352], line[8192];
  struct stat about;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (root == NULL || folder == NULL || length < 0) return real(fd);
  path[length] = 0;
  if (strncmp(path, root, strlen(root)) != 0 || fstat(fd, &about) != 0) return real(fd);

  pthread_mutex_lock(&lock);
  snprintf(copy, sizeof copy, "%s/%d-%lu", folder, getpid(), count++);
  int kept = put_aside(fd, &about, path, copy);
  int result = real(fd);
  if (result == 0 && kept == 0) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int written = snprintf(line, sizeof line, "%lld.%09ld\t%c\t%lu\t%s\t%s\n", (long long)now.tv_sec, now.tv_nsec,
                           S_ISDIR(about.st_mode) ? 'D' : 'F', (unsigned long)about.st_ino, copy, path);
    snprintf(copy, sizeof copy, "%s/log", folder);
    int log = open(copy, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (write(log, line, (size_t)written) != written) abort();
    close(log);
  }
  pthread_mutex_unlock(&lock);
  return result;
}

int fsync(int fd) {
  static int (*real)(int);
  if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  return synced(fd, real);
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  return synced(fd, real);
}
