#include "harness/program/progress.h"

#include <fmt/format.h>

#include <cstdio>

#include "reports/load_lines.h"

namespace ingress_check {
namespace {

constexpr Duration between_plain_lines = std::chrono::seconds(10);

std::string whole_seconds(Duration time) {
  return fmt::format("{}s", std::chrono::round<std::chrono::seconds>(time).count());
}

}  // namespace

std::string live_text(const std::string& what, const LoadProgress& progress) {
  std::string text = fmt::format("{}  {}", what, whole_seconds(progress.elapsed));
  if (progress.lasts > Duration::zero())
    text += " of " + whole_seconds(progress.lasts);
  else if (progress.due > 0)
    text += fmt::format(", {} of {}", grouped(progress.done), grouped(progress.due));
  text += fmt::format("  {}  {} failed", brief_rate(progress.rate), grouped(progress.failed));
  if (progress.server_errors > 0) text += fmt::format("  {} 5xx", grouped(progress.server_errors));
  if (progress.mean_latency > Duration::zero())
    text += "  mean " + brief_time(static_cast<double>(progress.mean_latency.count()));
  return text;
}

void LiveLine::draw(const std::string& text) {
  drawn_ = true;
  std::fputs(fmt::format("\r\x1b[K  {}", text).c_str(), stderr);
  std::fflush(stderr);
}

void LiveLine::show(const std::string& what, std::uint64_t done, std::uint64_t due) {
  if (!on_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  draw(fmt::format("{} {} of {}", what, done, due));
}

void LiveLine::show(const std::string& what, const LoadProgress& progress) {
  if (on_) return draw(live_text(what, progress));
  if (progress.elapsed < told_) told_ = Duration::zero();  // another load
  if (!plain_ || progress.elapsed - told_ < between_plain_lines) return;
  told_ = progress.elapsed;
  std::fputs(("  " + live_text(what, progress) + "\n").c_str(), stderr);
}

void LiveLine::show_wait(const std::string& what, Duration left, const std::string& why) {
  const auto now = std::chrono::steady_clock::now();
  if (!on_ || left <= Duration::zero() || now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  draw(fmt::format("{}  waits {}: {}", what, whole_seconds(left), why));
}

void LiveLine::clear() {
  if (!drawn_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace ingress_check
