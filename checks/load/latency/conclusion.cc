#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "checks/answers.h"
#include "checks/load/latency/judging.h"
#include "checks/load_signs.h"

namespace ingress_check::latency {

namespace {

double microseconds(Duration time) {
  return std::chrono::duration<double, std::micro>(time).count();
}

std::string percent(double share) { return fmt::format("{:.3g} %", share * 100); }

/// Requests that failed, of those that the target had a chance to answer.
struct Failures {
  std::uint64_t failed = 0, of = 0;
  std::string kinds;  ///< "503 119 times, reset once"
};

std::string times(std::uint64_t n) { return n == 1 ? "once" : thousands(n) + " times"; }

Failures failures(const RequestReply& reply, const Statuses& good) {
  Failures all;
  std::vector<std::string> kinds;
  const auto add = [&](const std::string& what, std::uint64_t n) {
    if (n == 0) return;
    all.failed += n;
    kinds.push_back(what + " " + times(n));
  };
  for (const auto& [status, count] : reply.counts.statuses)
    if (!good.contains(status)) add(std::to_string(status), count);
  for (std::size_t i = 0; i < outcome_count; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (outcome != Outcome::ok && outcome != Outcome::local)
      add(to_string(outcome), reply.counts.of(outcome));
  }
  add("no connection free in time", reply.counts.dropped);
  all.of = reply.counts.due - reply.counts.unfinished - reply.counts.of(Outcome::local);
  all.kinds = listed(kinds);
  return all;
}

class Judge {
 public:
  Judge(const Check& check, const Plan& plan, const LoadReply& reply)
      : plan_(plan), reply_(reply), conclusion_(check) {}

  Verdict judge() {
    judge_times(plan_.limits, everything(), {});
    if (plan_.requests.size() > 1)
      for (std::size_t i = 0; i < plan_.requests.size(); ++i)
        judge_times(plan_.requests[i].limits, asked(i), {.request = i});
    else
      judge_times(plan_.requests[0].limits, asked(0), {.request = 0});
    const bool untold = judge_pods();
    judge_errors();
    judge_achieved();
    figures();
    say_blind();
    blame_causes(broken_, plan_, reply_, conclusion_);
    auto verdict = conclusion_.decide(passes());
    if (untold && verdict.kind == Verdict::Kind::pass) {
      verdict.kind = Verdict::Kind::not_supported;
      verdict.summary = "limits of each pod not judged: the answers do not say which pod gave them";
    }
    return verdict;
  }

 private:
  std::string asked(std::size_t i) const { return describe(plan_.requests[i].request); }

  std::string everything() const {
    return plan_.requests.size() == 1 ? asked(0)
                                      : fmt::format("{} requests", plan_.requests.size());
  }

  Finding finding(const Place& place, const std::string& what) const {
    Finding finding;
    finding.place = place;
    finding.subject = fmt::format("{} {}", what, plan_.how);
    finding.request = plan_.requests[0].request;
    return finding;
  }

  void judge_times(const std::vector<LoadLimit>& limits, const std::string& what, LoadPart part) {
    if (limits.empty()) return;
    const Latencies latencies(reply_, plan_.warm_up, part);
    for (const auto& limit : limits) {
      auto found = finding(limit.place, what);
      found.expected = fmt::format("{} at most {}", limit.word, to_string(limit.most));
      if (limit.quantile >= 1)
        judge_longest(limit, latencies, std::move(found));
      else
        judge_percentile(limit, latencies.percentile(limit.quantile), std::move(found),
                         part.whole());
    }
  }

  void judge_longest(const LoadLimit& limit, const Latencies& latencies, Finding found) {
    found.actual = latencies.n() == 0 ? "no answer at all" : rounded(latencies.max());
    const bool kept = latencies.n() > 0 && latencies.max() <= limit.most;
    settle(kept, !kept && latencies.n() > 0, limit.most, std::move(found));
  }

  void judge_percentile(const LoadLimit& limit, const Percentile& seen, Finding found, bool whole) {
    found.actual = to_string(seen);
    if (whole && seen.n > 0) {
      const auto name = "latency_" + limit.word;
      figure(name + "_low_us", microseconds(seen.low));
      if (seen.high) figure(name + "_high_us", microseconds(*seen.high));
    }
    const bool kept = seen.within(limit.most), beyond = seen.beyond(limit.most);
    if (!kept && !beyond) {
      found.actual += "; " + what_would_decide(limit, seen);
    } else if (kept) {
      conclusion_.verdict.shown.push_back(fmt::format("{}: {} at most {}: {}", found.subject,
                                                      limit.word, to_string(limit.most),
                                                      to_string(seen)));
    }
    settle(kept, beyond, limit.most, std::move(found));
  }

  static std::string what_would_decide(const LoadLimit& limit, const Percentile& seen) {
    if (seen.n == 0) return "nothing to judge";
    if (seen.high) return "the limit lies within the interval: a longer load narrows it";
    const auto needed = static_cast<double>(values_to_bound(limit.quantile, load_confidence));
    return fmt::format("about {} answers would give one, as much as these hang together",
                       thousands(static_cast<std::uint64_t>(std::ceil(needed * seen.spread))));
  }

  /// Claims about time need a generator that was on time.
  void settle(bool kept, bool beyond, Duration limit, Finding found) {
    if (!reply_.generator.faithful()) {
      found.actual += "; not judged: " + reply_.generator.why.front();
      conclusion_.undecided(std::move(found));
    } else if (beyond) {
      broken_.time = true;
      broken_.limit = std::min(broken_.limit, limit);
      conclusion_.broke(std::move(found));
    } else if (!kept) {
      conclusion_.undecided(std::move(found));
    }
  }

  /// True if limits of pods were stated and no pod names itself.
  bool judge_pods() {
    if (plan_.each_pod.empty()) return false;
    bool named = false;
    for (std::size_t i = 0; i < reply_.pods.size(); ++i) {
      const auto& pod = reply_.pods[i];
      if (pod.pod.empty() || pod.pod == "other") continue;
      named = true;
      judge_times(plan_.each_pod, "pod " + pod.pod, {.pod = i});
    }
    if (!named)
      conclusion_.verdict.not_shown.push_back(
          "limits of each pod: say under answered-by how an answer tells its pod, or let the "
          "backend name itself");
    return !named;
  }

  void judge_errors() {
    std::vector<Failures> each;
    Failures all;
    std::vector<std::string> kinds;
    for (std::size_t i = 0; i < plan_.requests.size(); ++i) {
      each.push_back(failures(reply_.requests[i], plan_.status));
      all.failed += each[i].failed;
      all.of += each[i].of;
      if (each[i].failed > 0)
        kinds.push_back(plan_.requests.size() > 1 ? asked(i) + ": " + each[i].kinds
                                                  : each[i].kinds);
    }
    all.kinds = listed(kinds, 3);
    figure("error_share",
           all.of == 0 ? 0 : static_cast<double>(all.failed) / static_cast<double>(all.of));
    judge_failures(plan_.errors, all, everything(), std::nullopt);
    for (std::size_t i = 0; i < plan_.requests.size(); ++i)
      if (const auto& own = plan_.requests[i].errors) judge_failures(*own, each[i], asked(i), i);
  }

  void judge_failures(const Stated<Share>& limit, const Failures& seen, const std::string& what,
                      std::optional<std::size_t> request) {
    if (seen.of == 0) return;
    const auto interval = share_interval(seen.failed, seen.of, load_confidence);
    const auto share = static_cast<double>(seen.failed) / static_cast<double>(seen.of);
    if (share <= limit.value.of_one) {
      conclusion_.verdict.shown.push_back(fmt::format(
          "{}: {} of {} failed; a share above {} would have shown itself 99 times in 100", what,
          thousands(seen.failed), thousands(seen.of), percent(interval.high)));
      return;
    }
    auto found = finding(limit.place, what);
    found.expected = fmt::format("at most {} failing", to_string(limit.value));
    found.actual = fmt::format("{} of {} ({}): {}", thousands(seen.failed), thousands(seen.of),
                               percent(share), seen.kinds);
    found.broke = seen.failed;
    found.of = seen.of;
    for (const auto& broken : reply_.broken)
      if (!found.exchange && (!request || broken.request == *request)) {
        found.exchange = example(broken.exchange);
        found.request = plan_.requests[broken.request].request;
      }
    if (interval.low > limit.value.of_one) {
      broken_.errors = true;
      conclusion_.broke(std::move(found));
    } else {
      found.actual += "; too few to tell them from chance: a longer load decides";
      conclusion_.undecided(std::move(found));
    }
  }

  void judge_achieved() {
    if (!plan_.achieved || reply_.offered <= 0) return;
    const double share = kept_up(reply_, plan_.warm_up);
    figure("offered_per_s", reply_.offered);
    figure("achieved_per_s", share * reply_.offered);
    if (share >= plan_.achieved->value.of_one) return;
    auto found = finding(plan_.achieved->place, everything());
    found.expected =
        fmt::format("at least {} of the rate answered in time", to_string(plan_.achieved->value));
    found.actual = fmt::format("{} of {}: {} of the rate", to_string(Rate{share * reply_.offered}),
                               to_string(Rate{reply_.offered}), percent(share));
    const bool ours = !reply_.generator.faithful();
    if (ours) found.actual += "; not judged: " + reply_.generator.why.front();
    if (ours) return conclusion_.undecided(std::move(found));
    broken_.achieved = true;
    conclusion_.broke(std::move(found));
  }

  void figure(const std::string& name, double value) {
    conclusion_.verdict.figures.push_back({name, value});
  }

  void figures() {
    figure("requests", static_cast<double>(reply_.counts.due));
    if (!plan_.achieved) figure("achieved_per_s", reply_.achieved);
    const Latencies latencies(reply_, plan_.warm_up);
    std::set<double> quantiles = {0.5, 0.9, 0.99};
    for (const auto& limit : plan_.limits)
      if (limit.quantile < 1) quantiles.insert(limit.quantile);
    if (latencies.n() == 0) return;
    for (const double quantile : quantiles)
      figure("latency_" + percentile_name(quantile) + "_us",
             microseconds(latencies.value(quantile)));
    figure("latency_max_us", microseconds(latencies.max()));
    figure("send_delay_p99_us", static_cast<double>(reply_.send_delay.percentile(99)) / 1e3);
  }

  void say_blind() {
    auto& verdict = conclusion_.verdict;
    if (plan_.stages.empty())
      verdict.not_shown.push_back(
          "how long requests wait that come while others are slow: over a fixed number of "
          "connections none are sent then; `rate` sends them");
    verdict.not_shown.push_back(
        "loads that are longer, or of another mix: an interval holds for times like these");
  }

  std::string passes() const {
    std::vector<std::string> limits;
    for (const auto& limit : plan_.limits)
      limits.push_back(fmt::format("{} {}", limit.word, to_string(limit.most)));
    return fmt::format("{} {}: {}", everything(), plan_.how,
                       limits.empty() ? "every limit kept" : listed(limits) + " kept");
  }

  const Plan& plan_;
  const LoadReply& reply_;
  Conclusion conclusion_;
  Broken broken_;
};

}  // namespace

Verdict conclude(const Check& check, const Plan& plan, const Subject&, const Evidence& load) {
  return Judge(check, plan, *load.load).judge();
}

}  // namespace ingress_check::latency
