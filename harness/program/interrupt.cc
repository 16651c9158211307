#include "harness/program/interrupt.h"

#include <csignal>
#include <cstdlib>

namespace ingress_check {
namespace {

// A signal handler can reach nothing else: the one mutable global of the program.
std::atomic<bool> stop{false};
std::atomic<int> first{0};

void on_signal(int signal) {
  int none = 0;
  if (!first.compare_exchange_strong(none, signal)) std::_Exit(128 + signal);
  stop.store(true, std::memory_order_relaxed);
}

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

const std::atomic<bool>& stop_requested() { return stop; }

void wait_for_interrupt() {
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGINT);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  while (!stop.load()) sigsuspend(&before);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

std::optional<int> interrupted_by() {
  const int signal = first.load();
  return signal ? std::optional(signal) : std::nullopt;
}

}  // namespace ingress_check
