// Requests that say where they want to go.
#include <fmt/format.h>

#include "checks/balance/canary/judging.h"
#include "checks/balance/finding.h"
#include "checks/load_reading.h"

namespace ingress_check::canary {

namespace {

/// Where it should not have gone; answers that do not tell are not among them.
std::uint64_t astray(const Ask& ask, const Tally& tally) {
  return tally.of(ask.canary ? Side::stable : Side::canary);
}

class AskedJudge {
 public:
  AskedJudge(const Plan& plan, const Subject& subject, const std::vector<Tally>& tallies,
             Conclusion& conclusion)
      : plan_(plan),
        subject_(subject),
        tallies_(tallies),
        asks_(asks(plan)),
        conclusion_(conclusion) {}

  void judge() {
    bool heeded = true;
    for (std::size_t i = 0; i < asks_.size(); ++i) {
      judge_missing(i);
      if (!asks_[i].alone() || astray(asks_[i], tallies_[i]) == 0) continue;
      heeded = false;
      conclusion_.broke(finding(i));
      blame_alone(i);
    }
    // Words that are not heeded have no order.
    if (heeded && plan_.header && plan_.cookie) judge_precedence();
    if (heeded) tell();
  }

 private:
  std::string words(std::size_t i) const {
    std::string text;
    if (!asks_[i].header.empty())
      text = fmt::format("the header {}: {}", plan_.header->value, asks_[i].header);
    if (!asks_[i].cookie.empty())
      text += fmt::format("{}the cookie {}={}", text.empty() ? "" : " and ", plan_.cookie->value,
                          asks_[i].cookie);
    return text;
  }

  const std::string& wanted(std::size_t i) const {
    return (asks_[i].canary ? plan_.canary : plan_.stable).value;
  }

  Finding finding(std::size_t i) const {
    const auto& ask = asks_[i];
    auto request = plan_.request;
    if (!ask.header.empty()) request.headers.add(plan_.header->value, ask.header);
    if (!ask.cookie.empty()) request.headers.add("Cookie", plan_.cookie->value + "=" + ask.cookie);
    const bool by_header = ask.cookie.empty() || (!ask.alone() && plan_.first != First::cookie);
    auto found = finding_of(request, (by_header ? plan_.header : plan_.cookie)->place,
                            fmt::format("with {} an answer by {}", words(i), wanted(i)),
                            told(plan_, tallies_[i]));
    found.broke = astray(ask, tallies_[i]);
    found.of = tallies_[i].all();
    return found;
  }

  /// What does not tell who it is may have gone astray.
  void judge_missing(std::size_t i) {
    const auto& tally = tallies_[i];
    if (tally.missing() == 0 || astray(asks_[i], tally) > 0) return;
    auto found = finding(i);
    found.broke = tally.missing();
    conclusion_.undecided(std::move(found));
  }

  void blame_alone(std::size_t i) {
    const bool header = asks_[i].cookie.empty();
    const auto n = astray(asks_[i], tallies_[i]);
    std::string separates;
    if (conclusion_.blamed("not-a-canary")) {
      // A weight would have shown the canary.
      if (plan_.weight && plan_.weight->value > 0) return;
      separates = "give the canary a weight: if it then answers, it is what the request says";
    } else if (n < tallies_[i].told()) {
      separates = "ask each replica of the ingress: some may heed it";
    }
    conclusion_.blame(header ? "header-ignored" : "cookie-ignored",
                      fmt::format("{} of {} requests with {} did not go to {}.", thousands(n),
                                  thousands(tallies_[i].all()), words(i), wanted(i)),
                      std::move(separates));
  }

  void judge_precedence() {
    std::uint64_t wrong = 0, all = 0;
    std::optional<std::size_t> example;
    for (std::size_t i = 0; i < asks_.size(); ++i) {
      if (asks_[i].alone()) continue;
      wrong += astray(asks_[i], tallies_[i]);
      all += tallies_[i].told();
      if (!example && astray(asks_[i], tallies_[i]) > 0) example = i;
    }
    if (all == 0) return;
    const auto expected = plan_.first.value_or(First::header);
    const auto other = expected == First::header ? First::cookie : First::header;
    auto& verdict = conclusion_.verdict;
    if (wrong == 0 || wrong == all)
      verdict.traits[precedence] = to_string(wrong == 0 ? expected : other);
    if (!plan_.first)
      verdict.notes.push_back(fmt::format(
          "where the header and the cookie are at odds the cookie decides {} of {} times; which of "
          "them should is not known of this controller",
          thousands(wrong), thousands(all)));
    else if (example)
      break_precedence(*example, expected);
  }

  void break_precedence(std::size_t example, First expected) {
    auto found = finding(example);
    if (subject_.controller_guessed) {
      found.expected += " (if the guess of the controller is right; write controller: " +
                        subject_.controller.name + ")";
      return conclusion_.undecided(std::move(found));
    }
    conclusion_.broke(std::move(found));
    conclusion_.blame("precedence-reversed",
                      fmt::format("Each of the two decides alone; of both the {} does, which "
                                  "should not.",
                                  expected == First::header ? "cookie" : "header"));
  }

  void tell() {
    std::uint64_t all = 0;
    for (const auto& tally : tallies_) all += tally.told();
    conclusion_.verdict.shown.push_back(
        fmt::format("each of {} requests that say where to go went there", thousands(all)));
  }

  const Plan& plan_;
  const Subject& subject_;
  const std::vector<Tally>& tallies_;
  std::vector<Ask> asks_;
  Conclusion& conclusion_;
};

}  // namespace

void judge_asked(const Plan& plan, const Subject& subject, const std::vector<Tally>& tallies,
                 Conclusion& conclusion) {
  AskedJudge(plan, subject, tallies, conclusion).judge();
}

}  // namespace ingress_check::canary
