#include "harness/program/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "reports/format.h"
#include "reports/load_lines.h"
#include "scenarios/utf8.h"

namespace ingress_check {
namespace {

constexpr Duration between_plain_lines = std::chrono::seconds(10);
constexpr Duration soonest_guess = std::chrono::seconds(2);
constexpr std::size_t longest_name = 60;

std::string whole_seconds(Duration time) {
  const auto seconds = std::chrono::round<std::chrono::seconds>(time).count();
  return seconds < 120 ? fmt::format("{}s", seconds)
                       : fmt::format("{}m{:02}s", seconds / 60, seconds % 60);
}

std::string left(Duration time) {
  return time > Duration::zero() ? "  " + whole_seconds(time) + " left" : "";
}

std::string words(const Whereabouts& where) {
  std::string text = where.of > 0 ? fmt::format("{}/{} ", where.number, where.of) : "";
  text += printable(where.check, longest_name);
  if (!where.phase.empty() && where.phase != where.check)
    text += ", " + printable(where.phase, longest_name);
  return text;
}

/// Of an open end, or of so many requests, as the pace so far has it.
Duration remaining(std::uint64_t done, std::uint64_t due, Duration elapsed) {
  if (done == 0 || done >= due || elapsed < soonest_guess) return {};
  const double share = static_cast<double>(due - done) / static_cast<double>(done);
  const double most = 100.0 * 3600 * 1e9;
  return Duration(
      static_cast<std::int64_t>(std::min(static_cast<double>(elapsed.count()) * share, most)));
}

/// The line must not wrap: it could not be erased.
std::string cut(const std::string& text, std::size_t most) {
  std::string_view rest = text;
  std::string out;
  for (std::size_t i = 0; i < most && !rest.empty(); ++i) {
    const auto bytes = first_character(rest).bytes;
    out += rest.substr(0, bytes);
    rest.remove_prefix(bytes);
  }
  return out;
}

}  // namespace

std::string live_text(const Whereabouts& where, const LoadProgress& progress) {
  std::string text = fmt::format("{}  {}", words(where), whole_seconds(progress.elapsed));
  const bool timed = progress.lasts > Duration::zero();
  if (timed)
    text += " of " + whole_seconds(progress.lasts);
  else if (progress.due > 0)
    text += fmt::format(", {} of {}", grouped(progress.done), grouped(progress.due));
  text += left(timed ? progress.lasts - progress.elapsed
                     : remaining(progress.done, progress.due, progress.elapsed));
  text += fmt::format("  {}  {} failed", brief_rate(progress.rate), grouped(progress.failed));
  if (progress.server_errors > 0) text += fmt::format("  {} 5xx", grouped(progress.server_errors));
  if (progress.mean_latency > Duration::zero())
    text += "  mean " + brief_time(static_cast<double>(progress.mean_latency.count()));
  return text;
}

std::string live_text(const Whereabouts& where, std::uint64_t done, std::uint64_t due,
                      Duration elapsed) {
  return fmt::format("{}  {} of {}{}", words(where), grouped(done), grouped(due),
                     left(remaining(done, due, elapsed)));
}

void LiveLine::draw(const std::string& text) {
  drawn_ = true;
  std::fputs(fmt::format("\r\x1b[K  {}", cut(text, width_ > 3 ? width_ - 3 : 1)).c_str(), stderr);
  std::fflush(stderr);
}

void LiveLine::show(const Whereabouts& where, std::uint64_t done, std::uint64_t due) {
  if (width_ == 0) return;
  const auto now = std::chrono::steady_clock::now();
  if (const std::string at = words(where); at != at_) {
    at_ = at;
    since_ = now;
  }
  if (at_ == load_ || now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  draw(live_text(where, done, due, now - since_));
}

void LiveLine::show(const Whereabouts& where, const LoadProgress& progress) {
  if (width_ > 0) {
    load_ = words(where);
    return draw(live_text(where, progress));
  }
  if (progress.elapsed < told_) told_ = Duration::zero();  // another load
  if (!plain_ || progress.elapsed - told_ < between_plain_lines) return;
  told_ = progress.elapsed;
  std::fputs(("  " + live_text(where, progress) + "\n").c_str(), stderr);
}

void LiveLine::show_wait(const Whereabouts& where, Duration time_left, const std::string& why) {
  const auto now = std::chrono::steady_clock::now();
  if (width_ == 0 || time_left <= Duration::zero() || now - last_ < std::chrono::milliseconds(100))
    return;
  last_ = now;
  draw(fmt::format("{}  waits {}: {}", words(where), whole_seconds(time_left), why));
}

void LiveLine::clear() {
  if (!drawn_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace ingress_check
