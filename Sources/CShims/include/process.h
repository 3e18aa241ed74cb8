#ifndef OKTSEC_PROCESS_H
#define OKTSEC_PROCESS_H

#include <sys/types.h>

// What a relay needs from the system and Swift cannot say: fork and exec with a parent-death signal, signal handlers that
// only set bits, and a few constants and calls that the Glibc module does not show.

// A close-on-exec pipe, read end first, whose ends are not 0, 1 or 2. Returns 0, or -1 with errno.
int shim_pipe(int ends[2]);

typedef struct {
  pid_t pid;
  int input;   // we write, the child reads as descriptor 0
  int output;  // the child writes as descriptor 1, we read
} shim_child;

typedef enum {
  SHIM_SPAWNED = 0,
  SHIM_SPAWN_PIPE,  // no pipes
  SHIM_SPAWN_FORK,  // no process
  SHIM_SPAWN_EXEC,  // the command could not be run
} shim_spawn_stage;

// Starts argv[0] (looked up in PATH as execvp does) with pipes as its descriptors 0 and 1 and everything else, the process
// group included, inherited. It starts with the signal dispositions that shim_signals_save() found, or that are in force if
// that was never called, and with the calling thread's mask. On Linux the child is killed when the calling *thread* ends, and orphans among its
// descendants become children of this process. Both descriptors that are returned are close-on-exec.
// Returns the stage that failed, with errno set.
shim_spawn_stage shim_child_spawn(char *const argv[], shim_child *child);

// Without waiting: 1 when the child has ended, with *status its code or 128 + the signal's number; 0 while it runs;
// -1 when it is not ours to wait for. pid -1 asks for any child, and *ended says which.
int shim_child_wait(pid_t pid, pid_t *ended, int *status);

// Writes the children of `parent` to pids, at most `capacity`, and returns how many, or -1 where the system offers no such
// list (Linux: read /proc instead).
int shim_children(pid_t parent, pid_t *pids, int capacity);

// Notes the dispositions that we inherited. The first call counts. Call it before anything changes them.
void shim_signals_save(void);

// Ignores SIGPIPE, and handles SIGTERM, SIGINT, SIGHUP (each unless it was ignored when we started) and SIGCHLD by setting a
// bit and writing one byte to `wake`, which must be non-blocking. Returns 0, or -1 with errno.
int shim_signals_install(int wake);

// Stops the writing to `wake`, which may then be closed. The signals are still handled, and so do not end the process. To be
// called by the thread that takes the signals.
void shim_signals_forget(void);

// The signals since the last call, as bits 1 << number.
unsigned shim_signals_take(void);

// poll(2): the peer has shut down its writing half. 0 where the system does not tell.
short shim_poll_peer_closed(void);

#endif
