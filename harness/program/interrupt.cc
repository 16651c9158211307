#include "harness/program/interrupt.h"

#include <poll.h>

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

Wake wait_for_interrupt(int output, std::chrono::milliseconds at_most) {
  // Signals are let in by ppoll alone: none is lost between the question and the wait.
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGINT);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  pollfd watched{output, 0, 0};
  const timespec time{static_cast<time_t>(at_most.count() / 1000),
                      static_cast<long>(at_most.count() % 1000) * 1'000'000};
  const int ready = stop.load() ? 0 : ::ppoll(&watched, 1, &time, &before);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (stop.load()) return Wake::interrupted;
  return ready > 0 ? Wake::output_gone : Wake::time;
}

std::optional<int> interrupted_by() {
  const int signal = first.load();
  return signal ? std::optional(signal) : std::nullopt;
}

}  // namespace ingress_check
