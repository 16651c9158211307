// One live line on a terminal while checks run; where nobody looks, a plain one now and then.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "harness/sender.h"

namespace ingress_check {

/// Where a run stands: the check that runs, which of how many (0: there is but one), its phase.
struct Whereabouts {
  std::string check;
  std::size_t number = 0, of = 0;
  std::string phase = {};
};

/// "3/12 latency, storm  3s of 10s  7s left  1,234/s  0 failed  2 5xx  mean 1.02ms". Rate and mean
/// are those since the last line; what is left is that of the phase.
std::string live_text(const Whereabouts& where, const LoadProgress& progress);
/// "3/12 routing, fresh  40 of 84  5s left": left as the pace so far has it, from the third second
/// on.
std::string live_text(const Whereabouts& where, std::uint64_t done, std::uint64_t due,
                      Duration elapsed);

/// Redraws at most ten times a second on standard error; erases itself before anything else is
/// printed.
class LiveLine {
 public:
  /// `width`: columns of the terminal, 0 where nobody looks. `plain`: then a load prints a line of
  /// its own every ten seconds, so that a log shows that it goes on.
  explicit LiveLine(std::size_t width, bool plain = false)
      : width_(width), plain_(plain && width == 0) {}
  ~LiveLine() { clear(); }
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;

  void show(const Whereabouts& where, std::uint64_t done, std::uint64_t due);
  void show(const Whereabouts& where, const LoadProgress& progress);
  /// What a check waits for; nothing is shown when nothing is left.
  void show_wait(const Whereabouts& where, Duration time_left, const std::string& why);
  void clear();

 private:
  void draw(const std::string& text);

  std::size_t width_;
  bool plain_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_{};
  std::string at_;    ///< check and phase that `since_` is the begin of
  std::string load_;  ///< check and phase of the last load: it tells more than its count does
  std::chrono::steady_clock::time_point since_{};
  Duration told_{};  ///< time of the load when the last plain line was printed
};

}  // namespace ingress_check
