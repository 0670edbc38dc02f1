// SPDX-License-Identifier: Apache-2.0
// How is a compiler run when we must see what it made? As nearly as possible like exec: same streams, same group, and
// whoever signals us means the compiler.
#include "run/process.h"

#include "message.h"

#include <llvm/ADT/SmallVector.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace cxx_alloc {
namespace {

constexpr int handed_on[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};

volatile pid_t child = 0;
volatile sig_atomic_t missed = 0;  ///< a signal that came while no child was there to take it

extern "C" void hand_on(int number, siginfo_t *info, void *) {
  if (child <= 0) missed = number;
  // The kernel's signals (Ctrl-C) go to the whole group, the child included; a process's went to us only.
  else if (info->si_code <= 0) kill(child, number);
}

/// What we were started with, which the child starts with too: an ignored SIGHUP (nohup) stays ignored.
struct sigaction dispositions[std::size(handed_on)];

/// Once; from then on a signal no longer ends us, so that what must be cleaned up is.
void install_handlers() {
  static bool installed = false;
  if (std::exchange(installed, true)) return;
  struct sigaction action {};
  action.sa_sigaction = hand_on;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  for (size_t i = 0; i < std::size(handed_on); ++i) {
    sigaction(handed_on[i], nullptr, &dispositions[i]);
    if (dispositions[i].sa_handler != SIG_IGN) sigaction(handed_on[i], &action, nullptr);
  }
}

}  // namespace

llvm::Error cannot_run(const std::string &file, int number) {
  return make_error(file, std::string("cannot be run: ") + std::strerror(number),
                    number == E2BIG ? "put the words into an @file" : "check the file, or set CXX_ALLOC_CXX");
}

llvm::Expected<Ending> run_and_wait(const std::string &file, llvm::ArrayRef<const char *> argv, bool silently) {
  llvm::SmallVector<char *, 64> words;
  for (const char *word : argv) words.push_back(const_cast<char *>(word));
  words.push_back(nullptr);

  sigset_t all, mask;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &mask);
  install_handlers();

  int failure_pipe[2];
  if (pipe2(failure_pipe, O_CLOEXEC) != 0) failure_pipe[0] = failure_pipe[1] = -1;
  pid_t parent = getpid();
  child = fork();
  if (child == 0) {
    // Killed without warning, we would leave a compiler behind that nobody waits for.
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(127);
    for (size_t i = 0; i < std::size(handed_on); ++i) sigaction(handed_on[i], &dispositions[i], nullptr);
    sigprocmask(SIG_SETMASK, &mask, nullptr);
    if (int nowhere = silently ? open("/dev/null", O_RDWR) : -1; nowhere >= 0)
      for (int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, stream);
    execv(file.c_str(), words.data());
    int failure = errno;
    [[maybe_unused]] ssize_t written = write(failure_pipe[1], &failure, sizeof failure);
    _exit(127);
  }
  int failure = child < 0 ? errno : 0;
  sigprocmask(SIG_SETMASK, &mask, nullptr);
  close(failure_pipe[1]);
  if (!failure && read(failure_pipe[0], &failure, sizeof failure) != sizeof failure) failure = 0;
  close(failure_pipe[0]);

  int status = 0;
  if (child > 0)
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
  child = 0;
  if (failure) return cannot_run(file, failure);
  if (missed) return Ending{0, missed};
  if (WIFSIGNALED(status)) return Ending{0, WTERMSIG(status)};
  return Ending{WEXITSTATUS(status), 0};
}

void end_like(const Ending &ending) {
  if (ending.signal) {
    rlimit no_core{0, 0};  // one core file, the compiler's, is enough
    setrlimit(RLIMIT_CORE, &no_core);
    std::signal(ending.signal, SIG_DFL);
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, ending.signal);
    sigprocmask(SIG_UNBLOCK, &only, nullptr);
    raise(ending.signal);
  }
  _exit(ending.signal ? 128 + ending.signal : ending.status);
}

}  // namespace cxx_alloc
