// Runs the commands of a phase at their times, in a thread of their own, and undoes them.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "harness/event.h"

namespace ingress_check {

/// Each command is a process group of its own, without standard input, with our environment but for
/// `hidden`; when its time is over, or the phase is, the whole group is killed. Commands do not
/// overlap: one that is due while another runs waits.
class Events {
 public:
  /// The phase begins now. `hidden`: names of variables that commands must not see.
  Events(std::vector<Event> events, std::vector<std::string> hidden);
  /// As finish().
  ~Events();
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  /// Nothing more is begun; what runs is ended; whatever was begun is undone, the last first.
  /// Returns how all went, in order of time. Again: the same.
  const std::vector<EventReply>& finish();
  /// How many commands have ended so far, undoing apart. From any thread.
  std::size_t ended() const { return ended_; }

 private:
  void run_all();
  EventReply execute(const std::vector<std::string>& argv, Duration within, bool until_stopped);
  Duration now() const { return std::chrono::steady_clock::now() - begin_; }

  std::vector<Event> events_;
  std::vector<std::string> hidden_;
  std::chrono::steady_clock::time_point begin_;
  std::atomic<bool> stop_ = false;
  std::atomic<std::size_t> ended_ = 0;
  std::vector<EventReply> replies_;  ///< the thread's, until it has been joined
  bool finished_ = false;
  std::thread thread_;
};

}  // namespace ingress_check
