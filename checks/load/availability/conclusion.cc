#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "checks/answers.h"
#include "checks/commands.h"
#include "checks/load/availability/judging.h"
#include "checks/load_reading.h"
#include "checks/statistics.h"

namespace ingress_check::availability {

namespace {

std::string means(Kind kind) {
  switch (kind) {
    case Kind::refused:
      return "requests that found no connection";
    case Kind::cut:
      return "connections cut before the whole answer";
    case Kind::timeout:
      return "requests without an answer in time";
    case Kind::server_error:
      return "answers with a status 5xx";
    case Kind::client_error:
      return "answers with a status 4xx";
    case Kind::wrong:
      return "answers of somebody else";
  }
  return "?";
}

class Judge {
 public:
  Judge(const Check& check, const Plan& plan, const Evidence& load)
      : plan_(plan), load_(load), course_(course(plan, load)), conclusion_(check) {}

  Verdict judge() {
    judge_commands();
    for (const Kind kind : all_kinds) judge_errors(kind);
    judge_gap();
    judge_convergence();
    tell_figures();
    if (conclusion_.failed()) blame();
    return conclusion_.decide(passes());
  }

 private:
  Finding finding(const Place& place) const {
    Finding found;
    found.place = place;
    found.subject = describe(plan_.request);
    found.request = plan_.request;
    return found;
  }

  /// One that did not do what it should changes nothing: then nothing is known of the change.
  void judge_commands() {
    for (std::size_t i = 0; i < plan_.events.size(); ++i) {
      const auto failed = failure_of(load_, i);
      if (!failed) continue;
      auto found = finding(plan_.events_place);
      found.subject = fmt::format("the command {}", fmt::join(plan_.events[i].run, " "));
      found.expected = "exit status 0";
      found.actual = *failed;
      conclusion_.undecided(std::move(found));
    }
    for (auto& line : not_undone(load_, plan_.events))
      conclusion_.verdict.notes.push_back(std::move(line));
  }

  void judge_errors(Kind kind) {
    const auto seen = course_.failed.find(kind);
    const auto failed = seen == course_.failed.end() ? 0 : seen->second;
    if (failed == 0) return;
    const auto& limit = plan_.errors.at(kind);
    const double share = static_cast<double>(failed) / static_cast<double>(course_.requests);
    if (share <= limit.value.of_one) return;
    auto found = finding(limit.place);
    found.expected = limit.value.of_one == 0
                         ? "no " + means(kind)
                         : fmt::format("at most {} {}", to_string(limit.value), means(kind));
    found.actual = fmt::format("{} of {}", thousands(failed), thousands(course_.requests));
    if (course_.change)
      found.actual += fmt::format(", {} of them around the change", thousands(in_change(kind)));
    found.broke = failed;
    found.of = course_.requests;
    const auto interval = share_interval(failed, course_.requests, load_confidence);
    if (interval.low > limit.value.of_one || limit.value.of_one == 0)
      conclusion_.broke(std::move(found));
    else
      conclusion_.undecided(std::move(found));
  }

  void judge_gap() {
    if (!plan_.gap || course_.gap <= plan_.gap->value) return;
    auto found = finding(plan_.gap->place);
    found.expected = fmt::format("a good answer at least every {}", to_string(plan_.gap->value));
    found.actual =
        fmt::format("none for {}, from {} on", rounded(course_.gap), rounded(course_.gap_begins));
    // What the generator itself may have added: it takes a request up late, too, when it stands.
    const auto& generator = load_.load->generator;
    const Duration late(static_cast<Duration::rep>(generator.late.max()));
    const bool ours = !generator.faithful() && course_.gap - late <= plan_.gap->value &&
                      !course_.failed.contains(Kind::timeout);
    // A machine without an idle processor doubles a gap, it does not make one.
    const bool held_up = !generator.held_up.empty() && course_.gap <= 2 * plan_.gap->value;
    const std::string why = ours ? generator.why.front() : held_up ? generator.held_up : "";
    if (!why.empty()) found.actual += "; not judged: " + why;
    !why.empty() ? conclusion_.undecided(std::move(found)) : conclusion_.broke(std::move(found));
  }

  void judge_convergence() {
    if (!plan_.convergence || !course_.last_wrong ||
        *course_.last_wrong <= plan_.convergence->value)
      return;
    auto found = finding(plan_.convergence->place);
    found.expected = fmt::format("answers as afterwards {} after the change",
                                 to_string(plan_.convergence->value));
    found.actual =
        fmt::format("the last one that was not came after {}", rounded(*course_.last_wrong));
    conclusion_.broke(std::move(found));
  }

  std::uint64_t in_change(Kind kind) const {
    const auto found = course_.failed_in_change.find(kind);
    return found == course_.failed_in_change.end() ? 0 : found->second;
  }

  std::uint64_t all(Kind kind) const {
    const auto found = course_.failed.find(kind);
    return found == course_.failed.end() ? 0 : found->second;
  }

  /// Most of them around the change: its doing.
  bool of_change(Kind kind) const { return in_change(kind) > 0 && 2 * in_change(kind) > all(kind); }

  /// Whether so many of that kind would hardly meet the change by chance: once in 100.
  bool beyond_chance(Kind kind) const {
    const double share =
        static_cast<double>(course_.requests_in_change) / static_cast<double>(course_.requests);
    return binomial_tails(in_change(kind), all(kind), share).high < 0.01;
  }

  std::string statuses() const {
    std::vector<std::string> words;
    for (const auto& [status, number] : course_.statuses)
      words.push_back(fmt::format("{} {} times", status, thousands(number)));
    return listed(words);
  }

  void blame() {
    if (all(Kind::wrong) > 0) blame_wrong();
    if (of_change(Kind::client_error))
      conclusion_.blame("not-found-during-change", "It answered " + statuses() + ".");
    if (of_change(Kind::server_error))
      conclusion_.blame("errors-during-change", "It answered " + statuses() + ".");
    if (of_change(Kind::cut) || of_change(Kind::refused))
      conclusion_.blame(
          "connections-cut",
          fmt::format("{} were cut and {} refused around the change.",
                      thousands(in_change(Kind::cut)), thousands(in_change(Kind::refused))));
    std::uint64_t elsewhere = 0;
    for (const Kind kind : all_kinds)
      if (kind != Kind::wrong && !(of_change(kind) && beyond_chance(kind))) elsewhere += all(kind);
    if (elsewhere > 0)
      conclusion_.blame("failing", fmt::format("{} of {} came to nothing{}{}.",
                                               thousands(elsewhere), thousands(course_.requests),
                                               course_.statuses.empty() ? "" : ": ", statuses()));
    else if (plan_.gap && course_.gap > plan_.gap->value)
      conclusion_.blame("stall", fmt::format("Nothing was answered for {}, from {} on.",
                                             rounded(course_.gap), rounded(course_.gap_begins)));
  }

  void blame_wrong() {
    std::vector<std::string> names;
    for (const auto& [name, number] : course_.wrong_by)
      names.push_back(fmt::format("{} ({} times)", name, thousands(number)));
    conclusion_.blame(
        "stale-answers",
        fmt::format("Answers that should have been another's came from {}.", listed(names)),
        "a pod that was not taken out answers always, a replica of the ingress that "
        "did not follow answers its share of new connections");
  }

  void figure(const char* name, double value) {
    conclusion_.verdict.figures.push_back({name, value});
  }

  static double milliseconds(Duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
  }

  void tell_figures() {
    figure("requests", static_cast<double>(course_.requests));
    std::uint64_t failed = 0;
    for (const auto& [kind, number] : course_.failed) failed += number;
    figure("failed", static_cast<double>(failed));
    figure("longest_gap_ms", milliseconds(course_.gap));
    if (course_.first_wrong)
      figure("first_wrong_after_change_ms", milliseconds(*course_.first_wrong));
    if (course_.last_wrong) figure("convergence_ms", milliseconds(*course_.last_wrong));
    conclusion_.verdict.shown.push_back(fmt::format(
        "{} of {} requests came to nothing; the longest time without a good answer was {}",
        thousands(failed), thousands(course_.requests), rounded(course_.gap)));
    if (plan_.events.empty())
      conclusion_.verdict.not_shown.push_back("what a change does to it: name one under `during`");
    else if (plan_.after.any())
      conclusion_.verdict.not_shown.push_back(
          "whether the change came into force: say under `expect` who answers afterwards");
  }

  std::string passes() const {
    return fmt::format("{} at {} for {}{}: {} requests, no more came to nothing than may",
                       describe(plan_.request), to_string(Rate{plan_.rate}), to_string(plan_.lasts),
                       plan_.events.empty() ? "" : " through the change",
                       thousands(course_.requests));
  }

  const Plan& plan_;
  const Evidence& load_;
  Course course_;
  Conclusion conclusion_;
};

}  // namespace

std::optional<Verdict> unfit(const Check& check, const Plan& plan, const Subject& subject,
                             const Evidence& once) {
  const auto& exchange = once.exchanges.front();
  if (exchange.outcome == Outcome::local)
    return nothing_judged(silence(plan.request, exchange).sentence);
  if (exchange.outcome == Outcome::ok && exchange.status < 400) return std::nullopt;
  Conclusion conclusion(check);
  Finding found;
  found.place = plan.place;
  found.subject = describe(plan.request);
  found.expected = "a good answer before anything changes";
  found.actual = describe(subject, exchange) + " when asked once; no load was sent";
  found.request = plan.request;
  found.exchange = example(exchange);
  conclusion.broke(std::move(found));
  conclusion.blame("failing", describe(subject, exchange) + " although nothing else is sent.");
  return conclusion.decide({});
}

Verdict conclude(const Check& check, const Plan& plan, const Evidence& load) {
  return Judge(check, plan, load).judge();
}

}  // namespace ingress_check::availability
