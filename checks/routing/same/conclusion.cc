#include "checks/routing/same/conclusion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "checks/answers.h"
#include "checks/routing/same/notes.h"
#include "checks/routing/same/sometimes.h"
#include "checks/routing/same/varying.h"

namespace ingress_check::same {

namespace {

/// Differences of one kind and cause.
struct Group {
  Difference first;
  std::vector<std::size_t> requests;
};

std::set<std::string> pods(const std::vector<const Exchange*>& all) {
  std::set<std::string> names;
  for (const auto* one : all) names.insert(one->who.pod);
  return names;
}

class Conclusion {
 public:
  Conclusion(const Check& check, const Plan& plan, const Sides& sides,
             const std::vector<Judged>& all, const std::vector<std::size_t>& again)
      : check_(check), plan_(plan), sides_(sides), all_(all) {
    for (const auto& one : all_) {
      for (const auto* exchange : one.of_reference) met_by_reference_.insert(exchange->who.pod);
      for (const auto* exchange : one.mine) met_by_mine_.insert(exchange->who.pod);
    }
    std::set<std::string> confirmed;
    for (const std::size_t index : again)
      for (const auto& one : found(index)) confirmed.insert(one.group());
    for (std::size_t i = 0; i < all_.size(); ++i) sort(i, confirmed);
  }

  Verdict verdict() {
    Verdict verdict;
    const auto total = all_.size();
    if (!groups_.empty()) {
      verdict.kind = Verdict::Kind::fail;
      verdict.summary = fmt::format("{} of {} answered otherwise by {} than by {}: {}", different_,
                                    requests(total), sides_.new_name(), sides_.old_name(), kinds());
      tell_groups(verdict);
    } else if (const auto nowhere = not_routed(plan_, sides_, all_);
               !nowhere.empty() && nowhere.size() == total) {
      verdict.kind = Verdict::Kind::inconclusive;
      verdict.summary = fmt::format(
          "neither {} nor {} has a route for any of {}: nothing was compared; is the host right?",
          sides_.old_name(), sides_.new_name(), requests(total));
      tell_open(nowhere.front(), "404 by the ingress itself, on both sides", verdict);
    } else if (!open_.empty()) {
      verdict.kind = Verdict::Kind::inconclusive;
      verdict.summary = fmt::format("{} of {} could not be compared: {}", open_.size(),
                                    requests(total), open_.begin()->second);
      for (const auto& [index, why] : open_) tell_open(index, why, verdict);
    } else {
      verdict.summary = fmt::format("{} answered alike by {} and {}", requests(same_),
                                    sides_.old_name(), sides_.new_name());
    }
    say_rest(verdict);
    return verdict;
  }

 private:
  std::vector<Difference> found(std::size_t index) const {
    return pods_apart(index) ? std::vector<Difference>{} : differences(plan_, sides_, all_, index);
  }

  void keep(std::size_t index, const Difference& one) {
    auto [group, fresh] = groups_.try_emplace(one.group());
    if (fresh) group->second.first = one;
    group->second.requests.push_back(index);
  }

  void sort(std::size_t index, const std::set<std::string>& confirmed) {
    if (const auto often = often_otherwise(plan_, sides_, all_[index])) {
      keep(index, *often);
      ++different_;
      return;
    }
    if (auto why = not_comparable(plan_, all_[index]); !why.empty()) {
      open_[index] = std::move(why);
      return;
    }
    if (pods_apart(index)) return sort_apart(index);
    bool different = false;
    std::string open;
    if (plan_.compares("service") && service_comes_and_goes(all_[index]) &&
        !varies_elsewhere(all_, index, {Of::service, ""}))
      open = services_in_words(all_[index]);
    for (auto& one : found(index)) {
      if (!confirmed.contains(one.group())) continue;
      if (const auto why = may_be_the_pods(all_, index, one); !why.empty()) {
        if (varies_elsewhere(all_, index, *one.value)) continue;
        open = fmt::format("{} from {}, but {} from {}: {}", one.expected, sides_.old_name(),
                           one.actual, sides_.new_name(), why);
        continue;
      }
      keep(index, one);
      different = true;
    }
    if (different)
      ++different_;
    else if (open.empty())
      ++same_;
    if (!open.empty()) open_[index] = std::move(open);
  }

  /// Whatever differs may be the pods'.
  void sort_apart(std::size_t index) {
    for (const auto& one : differences(plan_, sides_, all_, index)) {
      if (one.value && varies_elsewhere(all_, index, *one.value)) continue;
      open_[index] = fmt::format(
          "the answers differ ({}, {}), but all of {} came from the pod {} and all of {} from {}",
          one.expected, one.actual, sides_.old_name(), *pods(all_[index].of_reference).begin(),
          sides_.new_name(), *pods(all_[index].mine).begin());
      return;
    }
    ++same_;
  }

  /// Each side met one pod alone, and not the same, although elsewhere they share pods: then it may
  /// be the pods that differ.
  bool pods_apart(std::size_t index) const {
    const auto theirs = pods(all_[index].of_reference), mine = pods(all_[index].mine);
    if (theirs.size() != 1 || mine.size() != 1 || theirs == mine) return false;
    if (theirs.contains("") || mine.contains("")) return false;
    return met_by_mine_.contains(*theirs.begin()) || met_by_reference_.contains(*mine.begin());
  }

  std::size_t rank(const Group& group) const {
    std::size_t number = 0;
    for (const auto& cause : check_.causes) {
      if (cause.id == group.first.cause) return number;
      ++number;
    }
    return number;
  }

  std::vector<const Group*> in_order() const {
    std::vector<const Group*> all;
    for (const auto& [name, group] : groups_) all.push_back(&group);
    std::ranges::stable_sort(all, [&](const Group* a, const Group* b) {
      return std::pair(rank(*a), b->requests.size()) < std::pair(rank(*b), a->requests.size());
    });
    return all;
  }

  std::string kinds() const {
    std::vector<std::string> names;
    for (const auto* group : in_order())
      if (std::ranges::find(names, group->first.cause) == names.end())
        names.push_back(group->first.cause);
    return listed(names);
  }

  static std::string requests(std::size_t number) {
    return fmt::format("{} request{}", number, number == 1 ? "" : "s");
  }

  template <class Requests>
  std::string share(const Requests& some) const {
    std::vector<std::string> names;
    for (const auto index : some) names.push_back(describe(plan_.requests[index].mine));
    return fmt::format("{} of {}: {}", some.size(), requests(all_.size()), listed(names, 3));
  }

  /// Of all groups with that cause: it is told once for all of them.
  std::set<std::size_t> requests_of(const std::string& cause) const {
    std::set<std::size_t> all;
    for (const auto& [name, group] : groups_)
      if (group.first.cause == cause) all.insert(group.requests.begin(), group.requests.end());
    return all;
  }

  /// A server could make any number of groups.
  void tell_groups(Verdict& verdict) const {
    constexpr std::size_t most = 50;
    const auto all = in_order();
    for (std::size_t i = 0; i < all.size() && i < most; ++i) tell(*all[i], verdict);
    if (all.size() > most)
      verdict.not_shown.push_back(
          fmt::format("{} more kinds of differences, not told one by one", all.size() - most));
  }

  void tell(const Group& group, Verdict& verdict) const {
    const std::size_t index = group.requests.front();
    Finding finding = about(index);
    finding.expected = fmt::format("{}, as {} answers", group.first.expected, sides_.old_name());
    finding.actual =
        fmt::format("{} from {}; {}", group.first.actual, sides_.new_name(), share(group.requests));
    finding.broke = group.requests.size();
    finding.of = all_.size();
    verdict.findings.push_back(std::move(finding));
    explain(group, verdict);
  }

  Finding about(std::size_t index) const {
    const Asked& asked = plan_.requests[index];
    Finding finding;
    finding.place = asked.place;
    finding.subject = describe(asked.mine);
    finding.request = asked.mine;
    finding.of_reference = asked.of_reference;
    if (!all_[index].mine.empty()) finding.exchange = example(*all_[index].mine.front());
    return finding;
  }

  void tell_open(std::size_t index, const std::string& why, Verdict& verdict) const {
    constexpr std::size_t most = 10;
    if (verdict.findings.size() >= most) return;
    Finding finding = about(index);
    finding.expected = "an answer from both that can be compared";
    finding.actual = why;
    verdict.findings.push_back(std::move(finding));
  }

  void explain(const Group& group, Verdict& verdict) const {
    const auto& first = group.first;
    const auto of_cause = requests_of(first.cause);
    std::string text =
        fmt::format("{} {} ({}{}: {}; {}: {})", check_.cause(first.cause).means, share(of_cause),
                    of_cause.size() > group.requests.size() ? "for example, " : "",
                    sides_.old_name(), first.expected, sides_.new_name(), first.actual);
    if (const auto word = predicted(sides_, first); !word.empty()) text += "; " + word;
    add(first.cause, std::move(text), first.separates, verdict);
    if (!first.fix.empty() && verdict.diagnoses.back().cause == first.cause)
      verdict.diagnoses.back().fix = first.fix;
    if (!first.or_else.empty())
      add(first.or_else,
          fmt::format("Or: {} {}", check_.cause(first.or_else).means, share(group.requests)),
          first.separates, verdict);
  }

  /// Each cause once: the first group tells it.
  void add(const std::string& cause, std::string text, const std::string& separates,
           Verdict& verdict) const {
    const auto known = std::ranges::find(verdict.diagnoses, cause, &Diagnosis::cause);
    if (known == verdict.diagnoses.end())
      verdict.diagnoses.push_back(diagnosis(check_, cause, std::move(text), separates));
  }

  void say_rest(Verdict& verdict) const {
    verdict.figures = {{"requests", static_cast<double>(all_.size())},
                       {"requests_same", static_cast<double>(same_)},
                       {"requests_different", static_cast<double>(different_)},
                       {"requests_not_compared", static_cast<double>(open_.size())}};
    std::vector<std::string> compared;
    for (const auto& part : parts())
      if (plan_.compares(part)) compared.push_back(part);
    verdict.shown.push_back(
        fmt::format("compared: {}; the same for {}", fmt::join(compared, ", "), requests(same_)));
    auto ignored = always_ignored();
    ignored.insert(ignored.end(), plan_.ignored_headers.begin(), plan_.ignored_headers.end());
    if (plan_.compares("headers"))
      verdict.not_shown.push_back(
          fmt::format("header fields that are not compared: {}", fmt::join(ignored, ", ")));
    for (const auto& pattern : plan_.ignored_patterns)
      verdict.not_shown.push_back("cut out before comparing: " + pattern);
    for (auto& line : beside(plan_, sides_, all_)) verdict.not_shown.push_back(std::move(line));
    for (auto& line : varying(all_)) verdict.not_shown.push_back(std::move(line));
    if (!groups_.empty())
      for (const auto& [index, why] : open_)
        verdict.not_shown.push_back(
            fmt::format("{}: {}", describe(plan_.requests[index].mine), why));
  }

  const Check& check_;
  const Plan& plan_;
  const Sides& sides_;
  const std::vector<Judged>& all_;
  std::set<std::string> met_by_reference_, met_by_mine_;  ///< pods
  std::map<std::string, Group> groups_;
  std::map<std::size_t, std::string> open_;  ///< why it could not be compared
  std::size_t same_ = 0, different_ = 0;
};

}  // namespace

Verdict conclude(const Check& check, const Plan& plan, const Sides& sides,
                 const std::vector<Judged>& all, const std::vector<std::size_t>& again) {
  return Conclusion(check, plan, sides, all, again).verdict();
}

}  // namespace ingress_check::same
