#include "reports/speed.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/load_lines.h"

namespace ingress_check {
namespace {

constexpr double most_length_apart = 0.10, most_rate_apart = 0.05, most_answers_apart = 0.01;

bool apart(double a, double b, double most) {
  return std::abs(a - b) > most * std::max(std::abs(a), std::abs(b));
}

/// Of what was due: whole answers below 400. Fast refusals are no speed.
double good_share(const LoadReply& reply) {
  std::uint64_t good = 0;
  for (const auto& [status, count] : reply.counts.statuses)
    if (status < 400) good += count;
  const auto due = static_cast<double>(reply.counts.due - reply.counts.unfinished);
  return due > 0 ? static_cast<double>(good) / due : 0;
}

std::string unfit(const Trialled& one, const LoadPhase& phase) {
  const std::string& label = one.side->label;
  if (!one.check->judged) return fmt::format("{}: {}", label, one.check->verdict.summary);
  if (!phase.reply.generator.faithful())
    return fmt::format("{}: the generator was the limit: {}", label,
                       phase.reply.generator.why.front());
  if (!phase.reply.breaker.empty())
    return fmt::format("{}: the phase was ended: {}", label, phase.reply.breaker);
  return {};
}

std::string percent_text(double ratio) {
  const double percent = std::round((ratio - 1) * 1000) / 10;
  return fmt::format("{:+.1f}%", percent == 0 ? 0.0 : percent);
}

/// The machine that sent was in another state on one side: it took requests up later, three times
/// and by a tenth of a response. What it waited for itself, it may have waited for in the target's
/// name.
std::string unlike_senders(const LoadReply& a, const LoadReply& b) {
  constexpr double times = 3, of_a_response = 0.1;
  const auto late = [](const LoadReply& reply) {
    return static_cast<double>(reply.generator.late.percentile(99));
  };
  const auto middle =
      static_cast<double>(std::min(a.response.percentile(50), b.response.percentile(50)));
  const auto [least, most] = std::minmax({late(a), late(b)});
  if (most <= times * least || most <= of_a_response * middle) return {};
  return fmt::format(
      "; the machine that sent was busier on one side (late by {} against {} at its p99), so this "
      "is a hint only",
      brief_time(late(a)), brief_time(late(b)));
}

/// To what a stored result keeps, so that it says the same when it is read again: whole
/// nanoseconds, and ratios to a millionth.
Shift rounded(Shift one) {
  for (auto* time : {&one.baseline, &one.other})
    for (auto* value : {&time->value, &time->low, &time->high}) *value = std::round(*value);
  for (auto* value : {&one.ratio.value, &one.ratio.low, &one.ratio.high})
    *value = std::round(*value * 1e6) / 1e6;
  return one;
}

std::uint64_t measured_answers(const LoadReply& reply) {
  std::uint64_t sum = 0;
  for (const auto* slice : measured_slices(reply)) sum += slice->total();
  return sum;
}

/// Why a percentile is not compared, and how much more load would do.
std::string too_few(double percent, const LoadReply& a, const LoadReply& b) {
  const auto fewest = static_cast<double>(std::min(measured_answers(a), measured_answers(b)));
  const double needed = std::ceil(100 * static_cast<double>(least_above) / (100 - percent));
  std::string text = fmt::format("p{:.0f} not compared: {:.0f} answers, {:.0f} are needed", percent,
                                 fewest, needed);
  const double rate = std::min(a.achieved, b.achieved);
  if (rate > 0) text += fmt::format(" ({:.0f}s at this rate)", std::ceil(needed / rate));
  return text;
}

std::string words(const std::vector<Shift>& shifts, const LoadReply& a, const LoadReply& b) {
  std::vector<std::string> parts;
  for (const double percent : {50.0, 99.0}) {
    const auto one = std::ranges::find(shifts, percent, &Shift::percent);
    parts.push_back(one == shifts.end()
                        ? too_few(percent, a, b)
                        : fmt::format("p{:.0f} {} ({} to {})", percent,
                                      percent_text(one->ratio.value), percent_text(one->ratio.low),
                                      percent_text(one->ratio.high)));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

Pace pace_of(const std::vector<Shift>& shifts) {
  const auto judged = [&](auto holds) {
    return std::ranges::any_of(
        shifts, [&](const Shift& one) { return one.percent != 95 && holds(one.ratio); });
  };
  if (judged([](const Estimate& ratio) { return ratio.low > 1 + speed_tolerance; }))
    return Pace::slower;
  if (judged([](const Estimate& ratio) { return ratio.high < 1 / (1 + speed_tolerance); }))
    return Pace::faster;
  const bool whole = std::ranges::count(shifts, 50, &Shift::percent) > 0 &&
                     std::ranges::count(shifts, 99, &Shift::percent) > 0;
  return whole ? Pace::alike : Pace::not_compared;
}

std::string other_load(const Trialled& baseline, const LoadPhase& before, const Trialled& other,
                       const LoadPhase& now) {
  for (const auto& [one, phase] : {std::pair{&baseline, &before}, std::pair{&other, &now}})
    if (auto why = unfit(*one, *phase); !why.empty()) return why;
  const LoadReply &a = before.reply, &b = now.reply;
  if (a.open_loop != b.open_loop) return "one has a rate, the other connections that wait";
  if (a.open_loop && apart(a.offered, b.offered, most_rate_apart))
    return fmt::format("other rates: {:.4g}/s against {:.4g}/s", a.offered, b.offered);
  const auto length = [](const LoadReply& reply) {
    return std::chrono::duration<double>(reply.lasted).count();
  };
  if (apart(length(a), length(b), most_length_apart))
    return fmt::format("other lengths: {:.4g}s against {:.4g}s", length(a), length(b));
  return {};
}

std::string not_comparable(const Trialled& baseline, const LoadPhase& before, const Trialled& other,
                           const LoadPhase& now) {
  if (auto why = other_load(baseline, before, other, now); !why.empty()) return why;
  const LoadReply &a = before.reply, &b = now.reply;
  const double good = good_share(a), now_good = good_share(b);
  if (std::abs(good - now_good) > most_answers_apart)
    return fmt::format("other answers: {:.1f}% without an error against {:.1f}%", 100 * good,
                       100 * now_good);
  if (a.slice != b.slice) return "slices of other lengths";
  for (const auto* reply : {&a, &b})
    if (measured_slices(*reply).size() < least_slices)
      return fmt::format("too short: {} slices with answers, {} are needed",
                         measured_slices(*reply).size(), least_slices);
  return {};
}

void measure(std::vector<SpeedRow>& rows, const Report& report) {
  const auto tests = 2 * std::ranges::count_if(
                             rows, [](const SpeedRow& row) { return row.baseline && row.other; });
  const auto reply = [&](const LoadAt& at) -> const LoadReply& {
    return report.scenarios[at.scenario].checks[at.check].loads[at.load].reply;
  };
  std::uint64_t seed = report.seed;
  for (auto& row : rows) {
    ++seed;
    if (!row.baseline || !row.other) continue;
    const auto before = measured_slices(reply(*row.baseline));
    const auto now = measured_slices(reply(*row.other));
    for (const double percent : {50.0, 95.0, 99.0})
      if (const auto one =
              shift(before, now, percent, 1 - speed_alpha / static_cast<double>(tests), seed))
        row.shifts.push_back(rounded(*one));
    row.pace = pace_of(row.shifts);
    row.said = words(row.shifts, reply(*row.baseline), reply(*row.other));
    const std::string& protocol = reply(*row.baseline).protocol;
    if (protocol != reply(*row.other).protocol)
      row.said += fmt::format("; {} against {}", protocol, reply(*row.other).protocol);
    if (row.indicated)
      row.said += "; more may have changed than the target, so this is a hint only";
    const std::string unlike = unlike_senders(reply(*row.baseline), reply(*row.other));
    if (!unlike.empty()) row.indicated = true;
    row.said += unlike;
  }
}

}  // namespace ingress_check
