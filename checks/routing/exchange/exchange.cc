// exchange: requests one after the other, each with the answer that must come back.
#include <fmt/format.h>

#include <algorithm>

#include "checks/routing/exchange/causes.h"
#include "checks/routing/exchange/conclusion.h"

namespace ingress_check {

namespace checks {
extern const Check exchange;
}

namespace exchange {

namespace {

constexpr std::size_t most_steps = 30;
constexpr std::chrono::milliseconds retry_pause{100};

Step step(const Params& params, const Subject& subject, std::span<const Evidence> so_far) {
  Course course(read_steps(params, subject.target), subject);
  if (auto traffic = course.follow(so_far)) return std::move(*traffic);
  return conclude(checks::exchange, subject, course);
}

Bounds bounds(const Params& params, const Subject& subject) {
  Bounds bounds;
  for (const auto& step : read_steps(params, subject.target)) {
    const auto longest = step.request.timeout.value_or(subject.target.timeout);
    const auto again = static_cast<std::uint64_t>(step.request.retry_within / retry_pause);
    // A kept-alive connection that the target closes is opened again once.
    bounds.requests += (1 + again) * (step.request.reuse == Reuse::kept ? 2 : 1);
    bounds.time += longest + step.request.retry_within;
    const auto& method = step.request.method;
    if (method != "GET" && method != "HEAD" && method != "OPTIONS")
      bounds.side_effects.push_back(fmt::format("{} is sent", describe(step.request)));
  }
  return bounds;
}

std::vector<Field> fields() {
  Field each{.name = "", .kind = Kind::object, .about = "a step"};
  each.fields = step_fields();
  each.rules = step_rules();
  Field steps{.name = "steps",
              .kind = Kind::list,
              .about = "requests in order, each with the answer expected",
              .required = true};
  steps.fields = {std::move(each)};
  steps.example = "[{send: {path: /app1}, expect: {status: 200}}]";
  return {std::move(steps)};
}

void review_needs(const std::set<std::string>& needs, const Place& place,
                  const std::set<std::string>& known, Errors& errors) {
  for (const auto& name : needs)
    if (!known.contains(name))
      errors.push_back({fmt::format("no earlier step captures {{{{{}}}}}", name),
                        known.empty() ? "give an earlier step `capture:`"
                                      : "captured so far: " + one_of({known.begin(), known.end()}),
                        place});
}

void review_names(const Value& item, std::set<std::string>& known, Errors& errors) {
  const auto& words = item.as<Object>();
  const auto* send = words.find("send");
  if (send && send->is<Object>()) {
    review_request(send->as<Object>(), errors);
    const auto request = read_request(send->as<Object>(), Target{});
    review_needs(names_in(request), send->place, known, errors);
  }
  const auto* expect = words.find("expect");
  if (expect && expect->is<Object>()) {
    const auto expected = read_expectation(expect->as<Object>(), item.place);
    review_needs(names_in(expected), expect->place, known, errors);
    for (const auto& name : names_in_patterns(expected))
      if (known.contains(name))
        errors.push_back({fmt::format("{{{{{}}}}} inside a pattern is not replaced", name),
                          "write the whole text without `~`, or a pattern without the name",
                          expect->place});
  }
  const auto* capture = words.find("capture");
  if (!capture || !capture->is<Object>()) return;
  for (const auto& [name, value] : capture->as<Object>().members) known.insert(name);
}

void review(const Params& params, Errors& errors) {
  const auto* steps = params.find("steps");
  if (!steps || !steps->is<List>()) return;
  const auto& list = steps->as<List>();
  if (list.empty())
    errors.push_back(
        {"no step to take", "name at least one, as in {send: {path: /app1}}", steps->place});
  if (list.size() > most_steps)
    errors.push_back({fmt::format("{} steps; at most {} in one check", list.size(), most_steps),
                      "split them over several checks", steps->place});
  std::set<std::string> known;
  for (const auto& item : list)
    if (item.is<Object>()) review_names(item, known, errors);
}

}  // namespace

}  // namespace exchange

namespace checks {

const Check exchange{
    .words = {.name = "exchange",
              .about = "Requests one after the other, each with the answer that must come back",
              .fields = ingress_check::exchange::fields(),
              .review = ingress_check::exchange::review},
    .proves =
        "Each step got the answer that was written down for it: status, headers, body, time, "
        "and who gave it.",
    .blind = "Whether other replicas of the ingress, or later requests, get the same.",
    .sends = "Each step once, in order; more often only where `retry` says so.",
    .order = Order::passive,
    .causes = ingress_check::exchange::causes(),
    .step = ingress_check::exchange::step,
    .bounds = ingress_check::exchange::bounds,
};

}  // namespace checks

}  // namespace ingress_check
