#include "reports/failures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "checks/statistics.h"

namespace ingress_check {
namespace {

/// How many failed of those that were sent and not cut short. Requests for which no connection was
/// free are a matter of speed.
struct Failures {
  std::uint64_t failed = 0, of = 0;
  double spread = 1;  ///< infinite: they came in one burst
};

double spread_of(const LoadReply& reply, double confidence) {
  std::vector<Block> blocks;
  std::uint64_t due = 0, all = 0, most = 0;
  for (const auto& one : reply.seconds) {
    const std::uint64_t failed = one.failed + one.server_errors;
    if (due >= reply.warm_up && one.done > 0) {
      blocks.push_back({one.done, std::min(failed, one.done)});
      all += failed;
      most = std::max(most, failed);
    }
    due += one.due;
  }
  if (blocks.size() >= least_blocks) return spread(blocks, confidence);
  return 2 * most > all ? std::numeric_limits<double>::infinity() : 1;
}

Failures failures_of(const LoadReply& reply, double confidence) {
  const LoadCounts& counts = reply.counts;
  Failures made;
  made.of = counts.due - counts.unfinished - counts.dropped;
  made.failed = made.of - counts.answered() + counts.server_errors();
  made.spread = spread_of(reply, confidence);
  return made;
}

/// Of the rarer of failures and of answers, each counted as 1 / spread.
bool unlike(const Failures& a, const Failures& b, double spread, double alpha) {
  if (a.of == 0 || b.of == 0) return false;
  const bool rare = a.failed + b.failed <= (a.of + b.of) / 2;
  const auto counted = [&](const Failures& one) {
    const auto n = static_cast<double>(rare ? one.failed : one.of - one.failed);
    return static_cast<std::uint64_t>(n / spread);
  };
  const std::uint64_t before = counted(a), now = counted(b);
  const double share = static_cast<double>(b.of) / static_cast<double>(a.of + b.of);
  return binomial_tails(now, before + now, share).both() < alpha;
}

double share_of(const Failures& one) {
  return one.of > 0 ? static_cast<double>(one.failed) / static_cast<double>(one.of) : 0;
}

std::string text(const Failures& one) {
  return fmt::format("{:.2g}% ({} of {})", 100 * share_of(one), one.failed, one.of);
}

}  // namespace

std::optional<Observation> failed_requests(const LoadPair& pair, const Report& report,
                                           double alpha) {
  const auto side = [&](const LoadAt& at) {
    return failures_of(report.scenarios[at.scenario].checks[at.check].loads[at.load].reply,
                       1 - alpha);
  };
  const Failures before = side(pair.baseline), now = side(pair.other);
  if (before.failed + now.failed == 0) return std::nullopt;
  Cell cell{text(now), Likeness::same, fmt::format("{} against {}", text(before), text(now))};
  const double spread = std::max(before.spread, now.spread);
  if (!unlike(before, now, 1, alpha)) {
    cell.said += ", which chance may do";
  } else if (!pair.another.empty()) {
    cell.likeness = Likeness::undecided;
    cell.said += "; not the same load: " + pair.another;
  } else if (!unlike(before, now, spread, alpha)) {
    cell.likeness = Likeness::undecided;
    cell.said += "; they came in bursts, too few to tell";
  } else {
    const CheckReport& check = report.scenarios[pair.other.scenario].checks[pair.other.check];
    const bool foreseen = check.expected_to_fail && !check.counts_as_failure();
    cell.likeness = share_of(now) <= share_of(before) ? Likeness::mended
                    : foreseen                        ? Likeness::predicted
                                                      : Likeness::differs;
    if (foreseen) cell.said += ", as the scenario expects";
  }
  return Observation{"failed, " + pair.phase, "requests that failed in " + pair.phase, text(before),
                     std::move(cell)};
}

std::optional<Observation> refused_requests(const LoadPair& pair, const Report& report,
                                            double alpha) {
  const auto side = [&](const LoadAt& at) {
    const LoadCounts& counts =
        report.scenarios[at.scenario].checks[at.check].loads[at.load].reply.counts;
    Failures made{0, counts.answered()};
    for (const auto& [status, count] : counts.statuses)
      if (status >= 400 && status < 500) made.failed += count;
    return made;
  };
  const Failures before = side(pair.baseline), now = side(pair.other);
  if (before.failed + now.failed == 0) return std::nullopt;
  const bool perhaps = unlike(before, now, 1, alpha);
  return Observation{
      "refused, " + pair.phase, "answers with 4xx in " + pair.phase, text(before),
      Cell{text(now), perhaps ? Likeness::undecided : Likeness::same,
           fmt::format("{} against {}{}", text(before), text(now),
                       perhaps ? "; when they came is not kept, so one burst is not ruled out"
                               : ", which chance may do")}};
}

}  // namespace ingress_check
