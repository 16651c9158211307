// One live line on a terminal while checks run; nothing where nobody looks.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace ingress_check {

/// Redraws at most ten times a second on standard error; erases itself before anything else is
/// printed.
class LiveLine {
 public:
  explicit LiveLine(bool on) : on_(on) {}
  ~LiveLine() { clear(); }
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;

  void show(const std::string& what, std::uint64_t done, std::uint64_t due);
  void clear();

 private:
  bool on_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace ingress_check
