// What Glibc hides from Swift: variadic calls and names behind _GNU_SOURCE.
#ifndef SERIATIM_CLINUX_H
#define SERIATIM_CLINUX_H

#include <poll.h>
#include <stddef.h>
#include <sys/types.h>

/// openat(2) with O_CLOEXEC. Returns the descriptor, or -1 with errno set.
int clinux_openat(int directory, const char *path, int flags, mode_t mode);

/// Takes a write lock on the whole file for this open file description (F_OFD_SETLK), without waiting.
/// Unlike a process lock it is not lost when another descriptor of the file is closed.
/// Returns 0, or -1 with errno EAGAIN when somebody else holds it.
int clinux_lock(int descriptor);

/// getrandom(2): up to 256 bytes from the kernel, waiting only before the pool was first filled.
/// Returns the count of bytes written, or -1 with errno set.
ssize_t clinux_random(void *buffer, size_t count);

/// Bytes an unprivileged process can still allocate on the file system of the open file, or -1.
long long clinux_free_bytes(int descriptor);

/// A pseudo-terminal: its own end, which never waits and is closed in programs started from here, and the path
/// of the other end in `path`. Returns the descriptor, or -1 with errno set.
int clinux_open_terminal(char *path, size_t size);

/// Whether the path lies on a file system in memory (tmpfs, ramfs): 1, 0, or -1 with errno set.
int clinux_is_memory(const char *path);

/// poll(2) with a wait in nanoseconds, at most a second. Returns how many descriptors are ready, or -1.
int clinux_poll(struct pollfd *descriptors, size_t count, long nanoseconds);

/// Asks the driver of a serial port to hand over each byte at once. Returns 0, or -1 with errno set (ENOTTY where
/// the port knows no such thing).
int clinux_serial_low_latency(int descriptor);

/// Lets the driver of a serial port switch the direction of a two-wire bus (RS-485) by RTS. Returns 0, or -1 with
/// errno set (ENOTTY where it cannot).
int clinux_serial_rs485(int descriptor);

/// Names the calling thread as `top -H` shows it; at most 15 bytes.
void clinux_name_thread(const char *name);

/// Lets every other thread go first, at the processor and at the disk. A system that refuses changes nothing.
void clinux_lower_thread(void);

#endif
