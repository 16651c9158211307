#include "checks/routing/same/sometimes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>

namespace ingress_check::same {

namespace {

using Exchanges = std::vector<const Exchange*>;

const std::string& service_of(const Exchange& one) { return one.who.service; }

template <class Key>
bool all_alike(const Exchanges& all, Key key) {
  return std::ranges::all_of(all, [&](const auto* one) { return key(*one) == key(*all.front()); });
}

bool all_named(const Exchanges& all) {
  return std::ranges::none_of(all, [](const auto* one) { return one->who.service.empty(); });
}

std::set<std::string> named_pods(const Exchanges& all) {
  std::set<std::string> names;
  for (const auto* one : all)
    if (!one->who.pod.empty()) names.insert(one->who.pod);
  return names;
}

/// A policy may have led the other side to pods that the reference never met.
bool other_pods(const Judged& judged) {
  const auto theirs = named_pods(judged.of_reference), mine = named_pods(judged.mine);
  return !theirs.empty() && !mine.empty() &&
         std::ranges::none_of(mine, [&](const auto& pod) { return theirs.contains(pod); });
}

/// In both phases of the second look, and in the first: a short outage between two answers of the
/// reference is in one of them.
bool in_every_look(const Exchanges& odd, const Exchanges& all) {
  std::size_t begin = 0;
  std::vector<std::size_t> looks{0};
  for (const auto& phase : first_look())
    if (!phase.to_reference) looks[0] += phase.times;
  for (const auto& phase : second_look())
    if (!phase.to_reference) looks.push_back(phase.times);
  for (const std::size_t size : looks) {
    if (begin + size > all.size()) return false;
    const std::span look(all.data() + begin, size);
    if (std::ranges::none_of(
            look, [&](const auto* one) { return std::ranges::find(odd, one) != odd.end(); }))
      return false;
    begin += size;
  }
  return true;
}

/// The most frequent of them by that key.
template <class Key>
Exchanges commonest(const Exchanges& odd, Key key) {
  std::map<std::string, Exchanges> by_key;
  for (const auto* one : odd) by_key[key(*one)].push_back(one);
  return std::ranges::max_element(by_key, {}, [](const auto& one) { return one.second.size(); })
      ->second;
}

std::string cause_of(const Exchange& theirs, const Exchange& mine) {
  const auto timed_out = [](const Exchange& one) {
    return one.outcome == Outcome::timeout || (one.outcome == Outcome::ok && one.status == 504);
  };
  if (timed_out(theirs) != timed_out(mine)) return "timeout-differs";
  if (theirs.outcome != Outcome::ok || mine.outcome != Outcome::ok) return "no-answer";
  return theirs.status == mine.status ? "another-service" : "status-differs";
}

template <class Key>
std::optional<Difference> of(const Sides& sides, const Judged& judged, Key key) {
  const Exchange& theirs = *judged.of_reference.front();
  Exchanges odd;
  for (const auto* one : judged.mine)
    if (key(*one) != key(theirs)) odd.push_back(one);
  const auto n = std::min(judged.of_reference.size(), judged.mine.size());
  if (judged.of_reference.size() != judged.mine.size() || odd.empty()) return std::nullopt;
  if (!all_alike(judged.of_reference, key) || !in_every_look(odd, judged.mine)) return std::nullopt;
  if (all_on_one_side(odd.size(), n) >= sides.mine.alpha) return std::nullopt;
  const auto most = commonest(odd, key);
  const Exchange& mine = *most.front();
  return Difference{
      .cause = cause_of(theirs, mine),
      .about = fmt::format("{} -> sometimes {}", key(theirs), key(mine)),
      .expected = fmt::format("{} in {} of {}", describe(sides.of_reference, theirs), n, n),
      .actual = fmt::format("{} in {} of {}{}", describe(sides.mine, mine), most.size(), n,
                            most.size() == odd.size()
                                ? ""
                                : fmt::format(", something else in {}", odd.size() - most.size()))};
}

}  // namespace

double all_on_one_side(std::uint64_t k, std::uint64_t n) {
  double chance = 1;
  for (std::uint64_t i = 0; i < k; ++i)
    chance *= static_cast<double>(n - i) / static_cast<double>(2 * n - i);
  return chance;
}

bool service_comes_and_goes(const Judged& judged) {
  return !judged.of_reference.empty() && !judged.mine.empty() && !judged.unsteady() &&
         all_named(judged.of_reference) && all_named(judged.mine) &&
         all_alike(judged.of_reference, service_of) && !all_alike(judged.mine, service_of);
}

std::optional<Difference> often_otherwise(const Plan& plan, const Sides& sides,
                                          const Judged& judged) {
  const auto answer_of = [&](const Exchange& one) {
    return one.outcome != Outcome::ok ? to_string(one.outcome)
           : plan.compares("status")  ? std::to_string(one.status)
                                      : std::string("an answer");
  };
  if (judged.of_reference.empty() || judged.mine.empty()) return std::nullopt;
  if (not_asked(judged.of_reference) || not_asked(judged.mine)) return std::nullopt;
  if (all_alike(judged.of_reference, answer_of) && all_alike(judged.mine, answer_of))
    return plan.compares("service") && service_comes_and_goes(judged)
               ? of(sides, judged, service_of)
               : std::nullopt;
  if (all_alike(judged.mine, answer_of) || other_pods(judged)) return std::nullopt;
  return of(sides, judged, answer_of);
}

std::string services_in_words(const Judged& judged) {
  const auto spread = [](const Exchanges& all) {
    std::map<std::string, int> counts;
    for (const auto* one : all) ++counts[one->who.service];
    std::string text;
    for (const auto& [service, times] : counts)
      text += fmt::format("{}{} ({} of {})", text.empty() ? "" : ", ", service, times, all.size());
    return text;
  };
  return fmt::format("which service answers varies: {} on the one, {} on the other",
                     spread(judged.of_reference), spread(judged.mine));
}

}  // namespace ingress_check::same
