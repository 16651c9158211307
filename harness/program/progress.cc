#include "harness/program/progress.h"

#include <fmt/format.h>

#include <cstdio>

namespace ingress_check {

void LiveLine::show(const std::string& what, std::uint64_t done, std::uint64_t due) {
  if (!on_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  drawn_ = true;
  std::fputs(fmt::format("\r\x1b[K  {} {} of {}", what, done, due).c_str(), stderr);
  std::fflush(stderr);
}

void LiveLine::clear() {
  if (!drawn_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace ingress_check
