// One live line on a terminal while checks run; where nobody looks, a plain one now and then.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "harness/sender.h"

namespace ingress_check {

/// "load  3s of 10s  1,234/s  0 failed  2 5xx  mean 1.02ms". Rate and mean are those since the last
/// line.
std::string live_text(const std::string& what, const LoadProgress& progress);

/// Redraws at most ten times a second on standard error; erases itself before anything else is
/// printed.
class LiveLine {
 public:
  /// `on`: there is somebody to look. `plain`: where there is not, a load prints a line of its own
  /// every ten seconds, so that a log shows that it goes on.
  explicit LiveLine(bool on, bool plain = false) : on_(on), plain_(plain && !on) {}
  ~LiveLine() { clear(); }
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;

  void show(const std::string& what, std::uint64_t done, std::uint64_t due);
  void show(const std::string& what, const LoadProgress& progress);
  /// What a check waits for; nothing is shown when nothing is left.
  void show_wait(const std::string& what, Duration left, const std::string& why);
  void clear();

 private:
  void draw(const std::string& text);

  bool on_, plain_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_{};
  Duration told_{};  ///< time of the load when the last plain line was printed
};

}  // namespace ingress_check
