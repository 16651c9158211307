#include "checks/balance/distribution/counting.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "checks/answers.h"
#include "checks/balance/distribution/likeness.h"
#include "checks/balance/distribution/presence.h"
#include "checks/balance/finding.h"
#include "checks/load_reading.h"
#include "checks/statistics.h"

namespace ingress_check::distribution {

namespace {

/// So many that chance makes strict turns of two pods once in 2^58 times, of more once in more.
std::uint64_t turns_asked(const Plan& plan) { return std::max<std::uint64_t>(60, 6 * plan.pods); }

std::uint64_t kept_of(std::uint64_t n) { return n / 4; }

Traffic in_turn(const Case& of) {
  Load load;
  load.requests = {{of.plan.request, 1, {}}};
  load.arrivals = ClosedLoop{.requests = turns_asked(of.plan)};
  load.connections = {.count = 1};
  load.threads = 1;
  load.samples = true;
  load.breaker = Breaker{};
  load.seed = of.subject.seed;
  return {.name = phase_turns, .send = std::move(load)};
}

std::string counted(const std::vector<std::string>& names,
                    const std::vector<std::uint64_t>& counts) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < names.size(); ++i)
    all.push_back(fmt::format("{} {} times", names[i], thousands(counts[i])));
  return listed(all, 8);
}

}  // namespace

std::optional<Traffic> next_count(const Case& of) {
  if (!phase(of.so_far, phase_turns)) return in_turn(of);
  const auto pods = std::max<std::size_t>(of.plan.pods, picks(of.so_far, phase_turns).met());
  const auto n = requests_to_tell(of.plan, of.subject, pods);
  if (!phase(of.so_far, phase_fresh))
    return Traffic{phase_fresh, counting_load(of.plan, of.subject, n, true)};
  if (!phase(of.so_far, phase_kept))
    return Traffic{phase_kept, counting_load(of.plan, of.subject, kept_of(n), false)};
  return std::nullopt;
}

Bounds most_counted(const Plan& plan, const Subject& subject) {
  Bounds bounds;
  std::uint64_t most = 0;
  const std::size_t from = plan.pods > 0 ? plan.pods : 2,
                    to = plan.pods > 0 ? plan.pods : most_pods;
  for (auto pods = from; pods <= to; pods = pods < to ? std::min(to, pods * 2) : to + 1)
    most = std::max(most, requests_to_tell(plan, subject, pods));
  const auto all = most + kept_of(most);
  // A kept connection that the target closes costs a repetition; chance moments come in any number.
  bounds.requests = 2 * turns_asked(plan) + 2 * all + 500;
  bounds.peak_rate = plan.rate;
  bounds.waits = std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>(static_cast<double>(all) / plan.rate));
  bounds.time = bounds.waits +
                static_cast<Duration::rep>(turns_asked(plan)) * subject.target.timeout +
                2 * subject.target.timeout;
  return bounds;
}

Counting::Counting(const Case& of)
    : of_(of),
      turns_(picks(of.so_far, phase_turns)),
      fresh_(picks(of.so_far, phase_fresh)),
      kept_(picks(of.so_far, phase_kept)),
      likely_(likely(turns_, fresh_, kept_)),
      conclusion_(of.check) {}

std::optional<Verdict> Counting::unfit() const { return distribution::unfit(of_.plan, fresh_); }

Finding Counting::finding(const Place& place, std::string expected, std::string actual) const {
  return finding_of(of_.plan.request, place, std::move(expected), std::move(actual));
}

void Counting::judge_pods() {
  distribution::judge_pods(of_.plan, fresh_, turns_.total() + fresh_.total() + kept_.total(),
                           conclusion_);
}

/// How much more the counts of kept connections vary than by chance: their moments are ours, so
/// that another's rhythm may meet them.
double Counting::spread_of_kept() const {
  const auto k = kept_.pods.size();
  double most = 1;
  for (const auto factor : block_factors) {
    const auto even = evenness(kept_.order, k, std::min<std::size_t>(512, factor * k));
    if (even.blocks >= 4) most = std::max(most, even.ratio());
  }
  return most;
}

void Counting::judge_preference() {
  // Shares that are wrong, but always the same, are no preference that changes.
  if (fresh_.pods.size() < 2 || conclusion_.blamed("pod-favoured")) return;
  for (const auto stretches : stretch_counts) {
    const double chance = unevenness(fresh_, stretches);
    if (chance > of_.subject.alpha) continue;
    conclusion_.broke(finding(
        of_.plan.policy_place, std::string(of_.plan.policy->means),
        fmt::format(
            "in one of {} stretches of {} requests the shares are so uneven that the chance "
            "of it is {:.1e}",
            stretches, thousands(fresh_.total() / stretches), chance)));
    blame_policy("Shares change with time: for a while one pod is preferred, then another.");
    return;
  }
}

void Counting::judge_chance() {
  for (const auto factor : block_factors) {
    const auto block = std::min<std::size_t>(512, factor * fresh_.pods.size());
    const auto even = evenness(fresh_.order, fresh_.pods.size(), block);
    if (even.tails.low > of_.subject.alpha) continue;
    conclusion_.broke(finding(
        of_.plan.policy_place, std::string(of_.plan.policy->means),
        fmt::format("in {} blocks of {} requests the shares vary {:.2g} times as much as by chance",
                    thousands(even.blocks), block, even.ratio())));
    blame_policy("Requests are spread more evenly than chance does it.");
    return;
  }
}

/// With nobody else there, one connection meets one balancer, and every balancer gives no pod more
/// than one request more than another.
void Counting::judge_turns() {
  if (!of_.plan.exclusive || fresh_.pods.size() < 2) return;
  if (turns_.unanswered + fresh_.unanswered + kept_.unanswered > 0) {
    conclusion_.verdict.not_shown.push_back(
        "strict turns: some requests were not answered, and the ingress may have tried again");
    return;
  }
  const bool one_connection = std::ranges::adjacent_find(turns_.connections, std::not_equal_to()) ==
                              turns_.connections.end();
  if (one_connection && period(turns_) == 0) {
    conclusion_.broke(finding(
        of_.plan.exclusive_place,
        "one request after the other over one connection meets the pods in "
        "turn",
        fmt::format("{} requests: {}", turns_.total(), counted(turns_.pods, turns_.counts))));
    blame_policy("Nobody else sends, and yet the pods do not answer in turn.");
  }
  if (of_.plan.balancers == 0) return;
  const auto [least, most] = std::ranges::minmax(fresh_.counts);
  if (most - least <= of_.plan.balancers) return;
  conclusion_.broke(
      finding(of_.plan.exclusive_place,
              fmt::format("no pod is more than {} ahead of another", of_.plan.balancers),
              fmt::format("{} ahead: {}", most - least, counted(fresh_.pods, fresh_.counts))));
  blame_policy("Nobody else sends, and yet one pod gets further ahead than turns allow.");
}

void Counting::blame_policy(const std::string& why) {
  conclusion_.blame("policy-ignored", fmt::format("{} It is {}.", why, in_words(likely_)));
}

void Counting::tell() {
  auto& verdict = conclusion_.verdict;
  verdict.traits["balance.policy"] = likely_.front().policy;
  verdict.notes.push_back("it is " + in_words(likely_));
  verdict.figures.push_back(
      {"requests", static_cast<double>(turns_.total() + fresh_.total() + kept_.total())});
  verdict.figures.push_back({"pods", static_cast<double>(fresh_.pods.size())});
  for (std::size_t i = 0; i < fresh_.pods.size() && i < 20; ++i)
    verdict.figures.push_back({"share_" + fresh_.pods[i], fresh_.share(i)});
  if (const auto k = period(turns_); k > 0)
    verdict.shown.push_back(
        fmt::format("over one connection the {} pods answer strictly in turn, {} times running", k,
                    turns_.total()));
  else
    verdict.not_shown.push_back(
        "the order of the pods: several balancers that each count for themselves, or other "
        "people's requests in between, move it. Over one connection of a single balancer with "
        "nobody else there turns would be strict");
  if (of_.plan.pods == 0)
    verdict.not_shown.push_back(
        fmt::format("that there is no further pod: state `pods`; {} answered", fresh_.pods.size()));
}

Verdict Counting::decide(const std::string& passes) {
  tell();
  return conclusion_.decide(fmt::format("{}: {}", passes, counted(fresh_.pods, fresh_.counts)));
}

}  // namespace ingress_check::distribution
