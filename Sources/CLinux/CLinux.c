#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/serial.h>
#include <linux/tty_flags.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <sys/syscall.h>
#include <unistd.h>

int clinux_openat(int directory, const char *path, int flags, mode_t mode) {
    return openat(directory, path, flags | O_CLOEXEC, mode);
}

int clinux_lock(int descriptor) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0, .l_pid = 0};
    return fcntl(descriptor, F_OFD_SETLK, &lock);
}

ssize_t clinux_random(void *buffer, size_t count) {
    return getrandom(buffer, count > 256 ? 256 : count, 0);
}

long long clinux_free_bytes(int descriptor) {
    struct statvfs status;
    if (fstatvfs(descriptor, &status) != 0) return -1;
    unsigned long long bytes = (unsigned long long)status.f_bavail * status.f_frsize;
    return bytes > LLONG_MAX ? LLONG_MAX : (long long)bytes;
}

int clinux_open_terminal(char *path, size_t size) {
    int descriptor = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return -1;
    int failed = grantpt(descriptor) != 0 || unlockpt(descriptor) != 0 ? errno : ptsname_r(descriptor, path, size);
    if (failed == 0) return descriptor;
    close(descriptor);
    errno = failed;
    return -1;
}

int clinux_serial_low_latency(int descriptor) {
    struct serial_struct serial;
    if (ioctl(descriptor, TIOCGSERIAL, &serial) != 0) return -1;
    serial.flags |= ASYNC_LOW_LATENCY;
    return ioctl(descriptor, TIOCSSERIAL, &serial);
}

int clinux_serial_rs485(int descriptor) {
    struct serial_rs485 bus;
    if (ioctl(descriptor, TIOCGRS485, &bus) != 0) return -1;
    // RTS high while sending, low after it; what we send is not heard.
    bus.flags |= SER_RS485_ENABLED | SER_RS485_RTS_ON_SEND;
    bus.flags &= ~(SER_RS485_RTS_AFTER_SEND | SER_RS485_RX_DURING_TX);
    return ioctl(descriptor, TIOCSRS485, &bus);
}

void clinux_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

int clinux_is_memory(const char *path) {
    struct statfs status;
    if (statfs(path, &status) != 0) return -1;
    return status.f_type == TMPFS_MAGIC || status.f_type == RAMFS_MAGIC;
}

int clinux_poll(struct pollfd *descriptors, size_t count, long nanoseconds) {
    struct timespec wait = {.tv_sec = 0, .tv_nsec = nanoseconds < 999999999 ? nanoseconds : 999999999};
    return ppoll(descriptors, count, &wait, NULL);
}

void clinux_lower_thread(void) {
    // Of the calling thread alone: 0 names it, on Linux.
    setpriority(PRIO_PROCESS, 0, 15);
    // Class best effort (2), its last level (7).
    syscall(SYS_ioprio_set, 1, 0, (2 << 13) | 7);
}
