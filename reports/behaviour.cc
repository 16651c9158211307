#include "reports/behaviour.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "checks/profile.h"
#include "reports/protection.h"
#include "reports/standing.h"
#include "reports/stated.h"

namespace ingress_check {
namespace {

/// What a comparison makes of a verdict.
enum class State { passes, fails, unsupported, undecided, skipped };

State state(const CheckReport& check) {
  if (check.skipped) return State::skipped;
  if (!check.judged) return State::undecided;
  switch (check.verdict.kind) {
    case Verdict::Kind::pass:
      return State::passes;
    case Verdict::Kind::fail:
      return State::fails;
    case Verdict::Kind::not_supported:
      return State::unsupported;
    case Verdict::Kind::inconclusive:
      break;
  }
  return State::undecided;
}

std::string outcome_text(const CheckReport& check) {
  std::set<std::string> causes;
  for (const auto& one : check.verdict.diagnoses) causes.insert(one.cause);
  std::string text = in_words(standing(check));
  if (state(check) == State::fails && !causes.empty())
    text += fmt::format(": {}", fmt::join(causes, ", "));
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

/// What was broken, by the user's own words: numbers and names of pods change from run to run.
std::set<std::string> broken(const Trialled& one) {
  const auto lines = lines_of(one.scenario->source);
  std::set<std::string> all;
  for (const auto& finding : one.check->verdict.findings) {
    const auto line = static_cast<std::size_t>(finding.place.line);
    const bool known = finding.place.known() && line <= lines.size();
    all.insert((known ? lines[line - 1] : finding.subject) + "\n" + finding.expected);
  }
  for (const auto& one_cause : one.check->verdict.diagnoses) all.insert("cause " + one_cause.cause);
  return all;
}

Cell both_fail(const Trialled& baseline, const Trialled& other) {
  const auto before = broken(baseline), now = broken(other);
  if (before == now) return {{}, Likeness::same, {}};
  if (std::ranges::includes(before, now)) return {{}, Likeness::mended, "fails in fewer places"};
  const bool foreseen = baseline.check->expected_to_fail && other.check->expected_to_fail;
  return {{},
          foreseen ? Likeness::predicted : Likeness::differs,
          fmt::format("both fail, but not alike: {}", said(*other.check))};
}

/// Passed or at least was there on the baseline; `now` neither passes nor is undecided.
Cell newly_bad(const CheckReport& check, State now) {
  const std::string why = said(check);
  if (unprotected(check, now == State::fails)) return {{}, Likeness::lost, why};
  if (now == State::unsupported) return {{}, Likeness::undecided, why};
  if (now == State::skipped) return {{}, Likeness::unseen, why};
  if (check.expected_to_fail && !check.counts_as_failure())
    return {{}, Likeness::predicted, "as the scenario expects: " + why};
  return {{}, Likeness::differs, why};
}

Cell outcome(const Trialled& baseline, const Trialled& other) {
  const State before = state(*baseline.check), now = state(*other.check);
  const std::string why = said(before == State::undecided ? *baseline.check : *other.check);
  if (before == State::undecided || now == State::undecided) return {{}, Likeness::undecided, why};
  if (before == State::passes)
    return now == State::passes ? Cell{{}, Likeness::same, {}} : newly_bad(*other.check, now);
  if (before == State::skipped) return {{}, Likeness::unseen, "not asked of the baseline"};
  if (now == State::passes) return {{}, Likeness::mended, {}};
  if (now == State::skipped) return {{}, Likeness::unseen, why};
  if (before == State::fails && now == State::fails) return both_fail(baseline, other);
  if (before == now) return {{}, Likeness::same, {}};
  if (now == State::fails) return {{}, Likeness::differs, why};
  return {{}, Likeness::undecided, why};
}

/// A trait's meaning without the list of its values.
std::string meaning_of(const std::string& key) {
  for (const auto& [name, meaning] : trait_keys())
    if (name == key) return meaning.substr(0, meaning.find(':'));
  return {};
}

std::string value_words(const std::string& key, const std::string& value) {
  if (key == "cookie.set" && value == "always") return "every time";
  return value.empty() ? "none" : value;
}

/// What a lone trait proves: a request was refused, a cookie was set. Of others only that nobody
/// looked.
bool tells_alone(const std::string& key) {
  return key == "limit.status" || key == "body-limit.status" || key == "cookie.name";
}

bool documented(const Side& side, const std::string& key, const std::string& value) {
  const Profile* profile = side.controller.empty() ? nullptr : find_profile(side.controller);
  return profile && profile->confirmed_trait(key) == value;
}

Cell trait(const Trialled& baseline, const Trialled& other, const std::string& key,
           const std::string& before, const std::string& now) {
  Cell cell{now, Likeness::same, {}};
  if (before == now) return cell;
  cell.said = fmt::format("{} against {}", value_words(key, before), value_words(key, now));
  if (before.empty() || now.empty()) {
    const bool decided =
        state(*baseline.check) <= State::fails && state(*other.check) <= State::fails;
    cell.likeness = !decided || !tells_alone(key) ? Likeness::unseen
                    : now.empty()                 ? Likeness::lost
                                                  : Likeness::differs;
    return cell;
  }
  if (stated(baseline, other, key, before, now)) {
    cell.likeness = Likeness::predicted;
    cell.said += ", as the scenario states";
    return cell;
  }
  cell.likeness = Likeness::differs;
  const bool left = documented(*baseline.side, key, before);
  const bool right = documented(*other.side, key, now);
  if (left && right) {
    cell.likeness = Likeness::predicted;
    cell.said += fmt::format(", as documented for {} and {}", baseline.side->controller,
                             other.side->controller);
  } else if (left || right) {
    const auto& known = left ? *baseline.side : *other.side;
    cell.said += fmt::format("; documented for {} only", known.controller);
  }
  return cell;
}

std::string seen(const CheckReport& check, const std::string& key) {
  const auto found = check.verdict.traits.find(key);
  return found == check.verdict.traits.end() || check.skipped ? "" : found->second;
}

}  // namespace

std::vector<Observation> observations(const Trialled& baseline, const Trialled& other) {
  if (baseline.check->skipped && other.check->skipped) return {};
  std::vector<Observation> all;
  Cell whole = outcome(baseline, other);
  whole.value = outcome_text(*other.check);
  const bool lost = whole.likeness == Likeness::lost;
  all.push_back({"outcome", "what came of the check", outcome_text(*baseline.check), whole});
  std::set<std::string> keys;
  for (const auto* one : {baseline.check, other.check})
    for (const auto& [key, value] : one->verdict.traits) keys.insert(key);
  for (const auto& key : keys) {
    const std::string before = seen(*baseline.check, key), now = seen(*other.check, key);
    if (before.empty() && now.empty()) continue;
    Cell cell = trait(baseline, other, key, before, now);
    // The outcome tells it already.
    if (lost && cell.likeness == Likeness::lost) cell.likeness = Likeness::unseen;
    all.push_back({key, meaning_of(key), before, std::move(cell)});
  }
  return all;
}

std::vector<Observation> absent(const Trialled& baseline) {
  if (!protects(*baseline.check) || state(*baseline.check) != State::passes) return {};
  return {{"outcome",
           "what came of the check",
           outcome_text(*baseline.check),
           {"not asked", Likeness::lost, "nobody asked for it here"}}};
}

Observation own_comparison(const CheckReport& check) {
  Cell cell{outcome_text(check), Likeness::undecided, said(check)};
  switch (state(check)) {
    case State::passes:
      cell.likeness = Likeness::same;
      break;
    case State::fails:
      cell.likeness = check.counts_as_failure() ? Likeness::differs : Likeness::predicted;
      break;
    case State::skipped:
      cell.likeness = Likeness::unseen;
      break;
    case State::unsupported:
    case State::undecided:
      break;
  }
  return {"outcome", "what came of the check", the_reference, std::move(cell)};
}

std::string item_text(const ScenarioReport& scenario, const CheckReport& check) {
  const auto lines = lines_of(scenario.source);
  const auto first = static_cast<std::size_t>(check.place.line);
  if (!check.place.known() || first > lines.size()) return {};
  const auto indent = [](const std::string& line) { return line.find_first_not_of(' '); };
  std::string text = lines[first - 1] + "\n";
  for (std::size_t i = first; i < lines.size(); ++i) {
    const auto here = indent(lines[i]);
    if (here == std::string::npos || lines[i][here] == '#') continue;
    if (here <= indent(lines[first - 1])) break;
    text += lines[i] + "\n";
  }
  return text;
}

}  // namespace ingress_check
