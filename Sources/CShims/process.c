#ifdef __linux__
#define _GNU_SOURCE
#endif

#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif
#ifdef __APPLE__
#include <libproc.h>
#endif

// MARK: Signals

// What a relay changes in itself, and so must put back for the child.
static const int changed_signals[] = {SIGCHLD, SIGPIPE, SIGTERM, SIGINT, SIGHUP};
enum { CHILD_INDEX = 0, CHANGED_COUNT = sizeof changed_signals / sizeof changed_signals[0] };

static struct sigaction inherited_actions[CHANGED_COUNT];
static bool inherited_known = false;

static volatile sig_atomic_t pending[CHANGED_COUNT];
static volatile sig_atomic_t wake_descriptor = -1;

void shim_signals_save(void) {
  if (inherited_known) return;
  for (int i = 0; i < CHANGED_COUNT; i++) sigaction(changed_signals[i], NULL, &inherited_actions[i]);
  inherited_known = true;
}

static void note_signal(int number) {
  int saved = errno;
  for (int i = 0; i < CHANGED_COUNT; i++)
    if (changed_signals[i] == number) pending[i] = 1;
  if (wake_descriptor < 0) return;
  // A full pipe is as good as a byte in it.
  ssize_t written = write(wake_descriptor, "", 1);
  (void)written;
  errno = saved;
}

static bool is_ignored(const struct sigaction *action) {
  return !(action->sa_flags & SA_SIGINFO) && action->sa_handler == SIG_IGN;
}

int shim_signals_install(int wake) {
  shim_signals_save();
  wake_descriptor = wake;
  for (int i = 0; i < CHANGED_COUNT; i++) {
    int number = changed_signals[i];
    // Who starts us with a signal ignored (nohup, a shell's background job) means it. SIGCHLD: see shim_child_spawn.
    if (number != SIGPIPE && number != SIGCHLD && is_ignored(&inherited_actions[i])) continue;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigfillset(&action.sa_mask);
    action.sa_handler = number == SIGPIPE ? SIG_IGN : note_signal;
    action.sa_flags = number == SIGCHLD ? SA_RESTART | SA_NOCLDSTOP : SA_RESTART;
    if (sigaction(number, &action, NULL) != 0) return -1;
  }
  return 0;
}

void shim_signals_forget(void) { wake_descriptor = -1; }

unsigned shim_signals_take(void) {
  unsigned taken = 0;
  for (int i = 0; i < CHANGED_COUNT; i++) {
    if (!pending[i]) continue;
    pending[i] = 0;
    taken |= 1u << changed_signals[i];
  }
  return taken;
}

// MARK: Child

// Not 0, 1 or 2, so that dup2 to those always makes a copy that survives exec.
int shim_pipe(int ends[2]) {
#ifdef __linux__
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
#else
  if (pipe(ends) != 0) return -1;
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
#endif
  for (int i = 0; i < 2; i++) {
    if (ends[i] > 2) continue;
    int moved = fcntl(ends[i], F_DUPFD_CLOEXEC, 3);
    if (moved < 0) {
      int saved = errno;
      close(ends[0]);
      close(ends[1]);
      errno = saved;
      return -1;
    }
    close(ends[i]);
    ends[i] = moved;
  }
  return 0;
}

static void close_pipe(int ends[2]) {
  close(ends[0]);
  close(ends[1]);
}

// The forked child's way to exec. Only async-signal-safe calls, as other threads may have held any lock at the fork. execvp
// is not on POSIX's list; glibc's (since 2.24) and musl's use no heap and no locks.
static _Noreturn void run_child(char *const argv[], pid_t parent, const sigset_t *mask, int input, int output,
                                int report) {
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have ended before that took effect.
  if (getppid() != parent) _exit(127);
#else
  (void)parent;
#endif
  if (dup2(input, 0) >= 0 && dup2(output, 1) >= 0) {
    for (int i = 0; i < CHANGED_COUNT; i++) sigaction(changed_signals[i], &inherited_actions[i], NULL);
    sigprocmask(SIG_SETMASK, mask, NULL);
    execvp(argv[0], argv);
  }
  int error = errno;
  ssize_t written;
  do {
    written = write(report, &error, sizeof error);
  } while (written < 0 && errno == EINTR);
  _exit(127);
}

// 0 when exec closed the pipe, else the errno that the child wrote.
static int read_report(int report) {
  int error = 0;
  ssize_t count;
  do {
    count = read(report, &error, sizeof error);
  } while (count < 0 && errno == EINTR);
  return count == (ssize_t)sizeof error ? error : 0;
}

shim_spawn_stage shim_child_spawn(char *const argv[], shim_child *child) {
  shim_signals_save();
  int input[2], output[2], report[2];
  if (shim_pipe(input) != 0) return SHIM_SPAWN_PIPE;
  if (shim_pipe(output) != 0) {
    close_pipe(input);
    return SHIM_SPAWN_PIPE;
  }
  if (shim_pipe(report) != 0) {
    close_pipe(input);
    close_pipe(output);
    return SHIM_SPAWN_PIPE;
  }
#ifdef __linux__
  prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
  // If we inherited SIGCHLD as ignored, the system would throw the child's status away.
  if (is_ignored(&inherited_actions[CHILD_INDEX])) signal(SIGCHLD, SIG_DFL);

  // No handler of ours may run in the child.
  sigset_t all, mask;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &mask);
  pid_t parent = getpid();
  pid_t pid = fork();
  if (pid == 0) run_child(argv, parent, &mask, input[0], output[1], report[1]);
  int error = errno;
  pthread_sigmask(SIG_SETMASK, &mask, NULL);

  close(input[0]);
  close(output[1]);
  close(report[1]);
  shim_spawn_stage stage = SHIM_SPAWN_FORK;
  if (pid > 0) {
    error = read_report(report[0]);
    stage = error == 0 ? SHIM_SPAWNED : SHIM_SPAWN_EXEC;
  }
  close(report[0]);
  if (stage == SHIM_SPAWNED) {
    child->pid = pid;
    child->input = input[1];
    child->output = output[0];
    return SHIM_SPAWNED;
  }
  close(input[1]);
  close(output[0]);
  if (pid > 0) {
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
  }
  errno = error;
  return stage;
}

int shim_child_wait(pid_t pid, pid_t *ended, int *status) {
  int raw = 0;
  pid_t found;
  do {
    found = waitpid(pid, &raw, WNOHANG);
  } while (found < 0 && errno == EINTR);
  if (found <= 0) return found < 0 ? -1 : 0;
  *ended = found;
  *status = WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
  return 1;
}

int shim_children(pid_t parent, pid_t *pids, int capacity) {
#ifdef __APPLE__
  int count = proc_listchildpids(parent, pids, capacity * (int)sizeof(pid_t));
  return count < 0 ? 0 : count;
#else
  (void)parent;
  (void)pids;
  (void)capacity;
  return -1;
#endif
}

short shim_poll_peer_closed(void) {
#ifdef POLLRDHUP
  return POLLRDHUP;
#else
  return 0;
#endif
}
