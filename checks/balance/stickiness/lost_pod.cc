#include "checks/balance/stickiness/lost_pod.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <vector>

#include "checks/balance/finding.h"
#include "checks/commands.h"
#include "checks/load_reading.h"

namespace ingress_check::stickiness {

namespace {

constexpr std::uint64_t too_few = 8;  ///< clients of a lost pod that say little if all is well

/// One client: its pod before, and what it met afterwards.
struct Client {
  std::uint16_t before = no_pod;
  std::vector<const Sample*> after;
};

bool good(const Sample& sample) { return sample.outcome == Outcome::ok && sample.status < 500; }

class Reader {
 public:
  Reader(const Evidence& evidence, Duration settle) : reply_(*evidence.load) {
    for (const auto& event : evidence.events) {
      if (event.undone) continue;
      began_ = event.began - reply_.began_after;
      ended_ = event.ended - reply_.began_after + settle;
    }
  }

  Loss read() {
    std::vector<const Sample*> all;
    for (const auto& worker : reply_.samples)
      for (const auto& sample : worker)
        if (sample.outcome != Outcome::local && sample.sent >= 0) all.push_back(&sample);
    std::ranges::stable_sort(all, {}, &Sample::sent);
    for (const auto* sample : all) take(*sample);
    std::ranges::set_difference(before_, loss_.left, std::inserter(loss_.lost, loss_.lost.end()));
    for (const auto& [number, client] : clients_) conclude(client);
    return std::move(loss_);
  }

 private:
  std::string pod_of(std::uint16_t who) const {
    return who < reply_.pods.size() ? reply_.pods[who].pod : "";
  }

  void take(const Sample& sample) {
    const Duration sent(sample.sent), done(sample.done);
    auto& client = clients_[sample.client];
    const auto pod = good(sample) ? pod_of(sample.who) : "";
    if (sent > ended_) {
      ++loss_.asked_after;
      loss_.failed_after += !good(sample);
      client.after.push_back(&sample);
      if (!pod.empty()) loss_.left.insert(pod);
    } else if (done >= began_) {
      loss_.failed_during += !good(sample);
    } else if (!pod.empty()) {
      ++loss_.before;
      client.before = sample.who;
      before_.insert(pod);
    }
  }

  void conclude(const Client& client) {
    if (client.before == no_pod || client.after.empty()) return;
    const Sample& next = *client.after.front();
    if (!loss_.lost.contains(pod_of(client.before))) {
      ++loss_.others;
      loss_.moved += good(next) && next.who != client.before;
      return;
    }
    ++loss_.clients;
    if (good(next)) return;
    ++loss_.stranded;
    loss_.how = next.outcome == Outcome::ok ? std::to_string(next.status) : to_string(next.outcome);
    loss_.for_good += std::ranges::none_of(client.after, [](auto* one) { return good(*one); });
  }

  const LoadReply& reply_;
  Duration began_{}, ended_{};
  std::set<std::string> before_;
  std::map<std::uint32_t, Client> clients_;
  Loss loss_;
};

/// Why nothing can be said of it; none: it can.
std::optional<std::string> nothing_seen(const Evidence& evidence, const Loss& seen) {
  if (auto failed = failure_of(evidence, 0)) return failed;
  if (seen.asked_after == 0)
    return "it ended when the load was over, and nobody asked afterwards: write a longer `for`";
  if (seen.left.empty() && seen.stranded == 0) return "the answers do not say which pod gave them";
  if (seen.before == 0)
    return "it began before anybody had an answer: write a later `at`, or see why connecting takes "
           "so long";
  if (seen.lost.empty())
    return fmt::format(
        "every pod that answered before goes on answering: {}{}", fmt::join(seen.left, ", "),
        seen.failed_after == 0
            ? ""
            : fmt::format("; but {} requests came to nothing: a command that returns before the "
                          "pod has gone tells nothing",
                          thousands(seen.failed_after)));
  if (seen.clients == 0) return "no client of the pod that went away asked again";
  return std::nullopt;
}

void tell(const Evidence& evidence, const Plan& plan, const Loss& seen, Conclusion& conclusion) {
  auto& verdict = conclusion.verdict;
  for (auto& line : not_undone(evidence, {plan.loses_pod->value}))
    verdict.notes.push_back(std::move(line));
  if (seen.failed_during > 0)
    verdict.notes.push_back(
        fmt::format("{} requests came to nothing while the command ran and {} after it",
                    thousands(seen.failed_during), to_string(plan.loses_settle)));
  if (seen.moved > 0)
    verdict.notes.push_back(fmt::format(
        "{} of {} clients whose pod is still there have another one since: where the cookie is "
        "hashed (balanced) some move whenever pods come or go",
        thousands(seen.moved), thousands(seen.others)));
  verdict.figures.push_back({"clients_of_the_lost_pod", static_cast<double>(seen.clients)});
  verdict.figures.push_back({"clients_stranded", static_cast<double>(seen.stranded)});
}

}  // namespace

Loss loss(const Evidence& evidence, Duration settle) {
  return evidence.load ? Reader(evidence, settle).read() : Loss{};
}

void judge_lost_pod(const Plan& plan, const Evidence& evidence, Conclusion& conclusion) {
  const Loss seen = loss(evidence, plan.loses_settle);
  tell(evidence, plan, seen, conclusion);
  const auto& place = plan.loses_pod->place;
  if (auto why = nothing_seen(evidence, seen)) {
    auto found = finding_of(plan.request, place, "the command takes a pod away", *why);
    found.subject = fmt::format("the command {}", fmt::join(plan.loses_pod->value.run, " "));
    return conclusion.undecided(std::move(found));
  }
  const std::string pods = fmt::format("{}", fmt::join(seen.lost, ", "));
  if (seen.stranded > 0) {
    conclusion.broke(finding_of(plan.request, place,
                                fmt::format("clients whose pod has gone are answered by another "
                                            "{} after the command",
                                            to_string(plan.loses_settle)),
                                fmt::format("{} of {} clients of {} got {}, {} of them ever after",
                                            thousands(seen.stranded), thousands(seen.clients), pods,
                                            seen.how, thousands(seen.for_good))));
    return conclusion.blame(
        "pinned-to-dead-pod",
        fmt::format("{} has gone, and {} of its {} clients are still sent there ({}).", pods,
                    thousands(seen.stranded), thousands(seen.clients), seen.how));
  }
  conclusion.verdict.shown.push_back(
      fmt::format("{} clients of {}, which was taken away, were answered by {} afterwards",
                  thousands(seen.clients), pods, fmt::join(seen.left, ", ")));
  if (seen.clients < too_few)
    conclusion.verdict.notes.push_back(
        fmt::format("only {} clients had that pod", thousands(seen.clients)));
}

}  // namespace ingress_check::stickiness
