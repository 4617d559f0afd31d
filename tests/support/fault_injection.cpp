// A library for LD_PRELOAD that makes the n-th change of files below a folder fail, or ends the program
// there:
//   FAULT_FOLDER  absolute path of the folder; nothing happens without it
//   FAULT_AT      n, from 1; without it changes are only counted
//   FAULT_KIND    ENOSPC, EROFS or EACCES: it and all after it fail so. EIO: only it fails. KILL: SIGKILL
//   before it,
//   a
//                 write half done.
//   FAULT_LOG     a file that gets a line for each change
// Changes are writes, fsync, rename, mkdir and opening for writing. It allocates nothing, so that it works
// beside any allocator.
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace {

std::atomic<long> changes{0};

bool is_below(const char* path) {
  const char* folder = getenv("FAULT_FOLDER");
  if (folder == nullptr || path == nullptr) return false;
  const size_t length = strlen(folder);
  return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/// `path` may be relative to the working directory.
bool is_path_below(const char* path) {
  if (path == nullptr || path[0] == '/') return is_below(path);
  char whole[2 * PATH_MAX];
  if (getcwd(whole, PATH_MAX) == nullptr) return false;
  strcat(whole, "/");
  strncat(whole, path, PATH_MAX - 1);
  return is_below(whole);
}

bool is_descriptor_below(int descriptor) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return false;
  path[length] = '\0';
  return is_below(path);
}

void log_change(long number, const char* what) {
  const char* file = getenv("FAULT_LOG");
  if (file == nullptr) return;
  char line[64];
  const int length = snprintf(line, sizeof line, "%ld %s\n", number, what);
  const long descriptor =
      syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  syscall(SYS_write, descriptor, line, length);
  syscall(SYS_close, descriptor);
}

bool is_kind(const char* name) {
  const char* kind = getenv("FAULT_KIND");
  return kind != nullptr && strcmp(kind, name) == 0;
}

/// The error number of this change; 0: it goes well. Does not return where the program shall end.
int next_fault(const char* what, int half_written_to = -1, const void* bytes = nullptr, size_t size = 0) {
  const long number = ++changes;
  log_change(number, what);
  const char* at = getenv("FAULT_AT");
  const long wanted = at == nullptr ? LONG_MAX : atol(at);
  if (number == wanted && is_kind("KILL")) {
    if (half_written_to >= 0) syscall(SYS_write, half_written_to, bytes, size / 2);
    syscall(SYS_kill, getpid(), SIGKILL);
  }
  if (number == wanted && is_kind("EIO")) return EIO;
  if (number >= wanted && is_kind("ENOSPC")) return ENOSPC;
  if (number >= wanted && is_kind("EROFS")) return EROFS;
  if (number >= wanted && is_kind("EACCES")) return EACCES;
  return 0;
}

/// True when errno says that the change failed.
bool fails(int error) {
  if (error != 0) errno = error;
  return error != 0;
}

bool writes(int flags) {
  return (flags & O_ACCMODE) != O_RDONLY;
}

int open_below(int folder, const char* path, int flags, mode_t mode) {
  if (writes(flags) && is_path_below(path) && fails(next_fault("open"))) return -1;
  return static_cast<int>(syscall(SYS_openat, folder, path, flags, mode));
}

mode_t mode_of(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

FILE* open_stream(const char* name, const char* path, const char* mode) {
  const bool changing = strpbrk(mode, "wa+") != nullptr;
  if (changing && is_path_below(path) && fails(next_fault("open"))) return nullptr;
  using Open = FILE* (*)(const char*, const char*);
  return reinterpret_cast<Open>(dlsym(RTLD_NEXT, name))(path, mode);
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_below(AT_FDCWD, path, flags, mode);
}

int open64(const char* path, int flags, ...) __attribute__((alias("open")));

int openat(int folder, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_below(folder, path, flags, mode);
}

FILE* fopen(const char* path, const char* mode) {
  return open_stream("fopen", path, mode);
}

FILE* fopen64(const char* path, const char* mode) {
  return open_stream("fopen64", path, mode);
}

ssize_t write(int descriptor, const void* bytes, size_t size) {
  if (is_descriptor_below(descriptor) && fails(next_fault("write", descriptor, bytes, size))) return -1;
  return syscall(SYS_write, descriptor, bytes, size);
}

ssize_t writev(int descriptor, const iovec* pieces, int count) {
  if (is_descriptor_below(descriptor) &&
      fails(next_fault("write", descriptor, pieces[0].iov_base, pieces[0].iov_len)))
    return -1;
  return syscall(SYS_writev, descriptor, pieces, count);
}

int fsync(int descriptor) {
  if (is_descriptor_below(descriptor) && fails(next_fault("fsync"))) return -1;
  return static_cast<int>(syscall(SYS_fsync, descriptor));
}

int rename(const char* from, const char* to) {
  if (is_path_below(to) && fails(next_fault("rename"))) return -1;
  return static_cast<int>(syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to));
}

int mkdir(const char* path, mode_t mode) {
  if (is_path_below(path) && fails(next_fault("mkdir"))) return -1;
  return static_cast<int>(syscall(SYS_mkdirat, AT_FDCWD, path, mode));
}

}  // extern "C"
