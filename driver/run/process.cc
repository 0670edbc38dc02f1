// SPDX-License-Identifier: Apache-2.0
// Runs a compiler when we must see what it made. As nearly as possible like exec: same streams, same group, and a
// signal sent to us is meant for the compiler.
#include "run/process.h"

#include "descriptor.h"
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
volatile sig_atomic_t missed = 0;   ///< a signal that came while no child was there to take it
volatile sig_atomic_t relayed = 0;  ///< a signal that a child was given, and may have ended too early to heed

volatile sig_atomic_t is_held = 0;  ///< a signal without a child is remembered, and does not end us
void (*volatile clean_up)() = nullptr;

extern "C" void hand_on(int number, siginfo_t *info, void *) {
  if (child <= 0) {
    missed = number;
    if (is_held) return;
    // Not at the next occasion: whatever goes on here may block for ever, as the open of a named pipe does.
    if (clean_up) clean_up();
    end_like({0, number});
  }
  relayed = number;
  // The kernel's signals (Ctrl-C) go to the whole group, the child included; a process's went to us only.
  if (info->si_code <= 0) kill(child, number);
}

/// What we were started with, which the child starts with too: an ignored SIGHUP (nohup) stays ignored.
struct sigaction dispositions[std::size(handed_on)];

bool handlers_are_installed = false;

void install_handlers() {
  if (std::exchange(handlers_are_installed, true)) return;
  struct sigaction action{};
  action.sa_sigaction = hand_on;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigfillset(&action.sa_mask);
  for (size_t i = 0; i < std::size(handed_on); ++i) {
    sigaction(handed_on[i], nullptr, &dispositions[i]);
    if (dispositions[i].sa_handler != SIG_IGN) sigaction(handed_on[i], &action, nullptr);
  }
}

void restore_handlers() {
  if (!handlers_are_installed) return;
  for (size_t i = 0; i < std::size(handed_on); ++i) sigaction(handed_on[i], &dispositions[i], nullptr);
}

/// In the child: becomes the program, or tells through `failure` why not.
[[noreturn]] void become(const std::string &file, char **words, const Surroundings &surroundings, const sigset_t &mask,
                         pid_t parent, int failure) {
  // Killed without warning, we would leave a compiler behind that nobody waits for.
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(127);
  restore_handlers();
  sigprocmask(SIG_SETMASK, &mask, nullptr);
  if (surroundings.input >= 0) dup2(surroundings.input, STDIN_FILENO);
  if (surroundings.output >= 0) dup2(surroundings.output, STDOUT_FILENO);
  if (surroundings.errors >= 0) dup2(surroundings.errors, STDERR_FILENO);
  if (!surroundings.directory || chdir(surroundings.directory) == 0)
    execve(file.c_str(), words, surroundings.environment ? surroundings.environment : environ);
  int number = errno;
  [[maybe_unused]] ssize_t written = write(failure, &number, sizeof number);
  _exit(127);
}

}  // namespace

llvm::Error cannot_run(const std::string &file, int number) {
  return make_error(file, std::string("cannot be run: ") + std::strerror(number),
                    number == E2BIG ? "put the words into an @file" : "check the file, or set CXX_ALLOC_CXX");
}

llvm::Expected<Ending> run_and_wait(const std::string &file, llvm::ArrayRef<const char *> argv,
                                    const Surroundings &surroundings) {
  llvm::SmallVector<char *, 64> words;
  for (const char *word : argv) words.push_back(const_cast<char *>(word));
  words.push_back(nullptr);

  sigset_t all, mask;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &mask);
  install_handlers();
  if (int number = signal_received()) {  // whoever signals a command does not want it to go on with another run
    sigprocmask(SIG_SETMASK, &mask, nullptr);
    return Ending{0, number};
  }
  int ends[2] = {-1, -1};
  [[maybe_unused]] int failed = pipe2(ends, O_CLOEXEC);  // without it a program that cannot be run ends with status 127
  Descriptor read_end(ends[0]), write_end(ends[1]);
  pid_t parent = getpid();
  child = fork();
  if (child == 0) become(file, words.data(), surroundings, mask, parent, write_end.get());
  int failure = child < 0 ? errno : 0;
  sigprocmask(SIG_SETMASK, &mask, nullptr);
  write_end.reset();
  if (!failure && read(read_end.get(), &failure, sizeof failure) != sizeof failure) failure = 0;

  int status = 0;
  rusage used{};
  if (child > 0) {
    siginfo_t ended;
    while (waitid(P_PID, child, &ended, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
    }
  }
  // From here on a signal is ours.
  sigprocmask(SIG_BLOCK, &all, nullptr);
  if (child > 0) wait4(child, &status, 0, &used);
  child = 0;
  sigprocmask(SIG_SETMASK, &mask, nullptr);
  if (failure) return cannot_run(file, failure);
  if (missed) return Ending{0, missed};
  auto seconds = [](const timeval &time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
  Ending ending{.cpu = seconds(used.ru_utime) + seconds(used.ru_stime), .peak = used.ru_maxrss * 1024};
  (WIFSIGNALED(status) ? ending.signal : ending.status) = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  return ending;
}

void end_with(void (*function)()) {
  clean_up = function;
  install_handlers();
}

void hold_signals() {
  is_held = 1;
  install_handlers();
}

void release_signals() {
  is_held = 0;
  if (missed) end_like({0, missed});
}

int signal_received() { return missed ? missed : relayed; }

void give_signals_back() {
  restore_handlers();
  if (missed) end_like({0, missed});
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
