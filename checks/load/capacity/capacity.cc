// capacity: the highest rate at which the limits hold.
#include <fmt/format.h>

#include <algorithm>

#include "checks/expectation.h"
#include "checks/load/capacity/search.h"
#include "checks/word.h"

namespace ingress_check {

namespace checks {
extern const Check capacity;
}

namespace capacity {

namespace {

Step step(const Params& params, const Subject& subject, std::span<const Evidence> so_far) {
  const auto plan = read_plan(params, subject.target);
  const auto known = search(plan, so_far);
  if (known.next) return traffic(plan, *known.next, known.again, subject);
  return conclude(checks::capacity, plan, known);
}

Bounds bounds(const Params& params, const Subject& subject) {
  const auto plan = read_plan(params, subject.target);
  Bounds bounds;
  const double seconds = std::chrono::duration<double>(plan.warm_up + plan.step).count();
  double rates = 0;
  const auto growing_rates = growing(plan);
  for (const double rate : growing_rates) rates += rate;
  const auto halvings = most_halvings(plan);
  rates += plan.to * static_cast<double>(halvings);
  const auto phases = std::min<std::size_t>(max_phases, 2 * (growing_rates.size() + halvings));
  // Each rate twice; each request repeated once; chance of Poisson arrivals on top.
  const double chance = plan.spacing == Spacing::poisson ? 1.2 : 1;
  bounds.requests = static_cast<std::uint64_t>(4 * rates * seconds * chance) + 1000;
  bounds.peak_rate = plan.to;
  bounds.waits = (plan.warm_up + plan.step) * static_cast<Duration::rep>(phases);
  bounds.time = bounds.waits + (subject.target.timeout + subject.target.connect_timeout) *
                                   static_cast<Duration::rep>(phases);
  bounds.side_effects = {
      fmt::format("the target is loaded until its limits break or {}: a rate limit's bucket is "
                  "drained, an autoscaler may have acted, other users wait",
                  to_string(Rate{plan.to}))};
  return bounds;
}

Field rate(std::string name, std::string about, std::string example) {
  return limited(word(std::move(name), Kind::rate, std::move(about), std::move(example)), 0.01,
                 1e6);
}

std::vector<Field> fields() {
  std::vector<Field> all;
  for (auto& field : request_fields())
    if (field.name == "path" || field.name == "url") all.push_back(std::move(field));
  for (auto& field : limit_fields()) all.push_back(std::move(field));
  all.push_back(
      otherwise(word("errors", Kind::share,
                     "share that may fail: no whole answer, or another status than `status`", "1%"),
                "0.1%"));
  all.push_back(
      otherwise(word("status", Kind::statuses, "statuses of a good answer", "200"), "[2xx, 3xx]"));
  all.push_back(rate("from", "the lowest rate that is tried, and the first", "100/s"));
  all.push_back(rate("to", "the highest", "5000/s"));
  all[all.size() - 2].required = all.back().required = true;
  auto lasts = word("step-for", Kind::duration, "how long each rate is measured", "10s");
  lasts.fallback = "10s";
  lasts.least = 0.5;
  lasts.most = 3600;
  all.push_back(std::move(lasts));
  auto arrivals = word("arrivals", Kind::word, "evenly, or by chance as from many users", {});
  arrivals.fallback = "constant";
  arrivals.words = {"constant", "poisson"};
  all.push_back(std::move(arrivals));
  all.push_back(rate("at-least", "the rate that must be reached; without it any is fine", "500/s"));
  return all;
}

void review(const Params& params, Errors& errors) {
  const auto plan = read_plan(params, {});
  if (plan.to <= plan.from)
    errors.push_back({fmt::format("`to` is {}, not above `from`", to_string(Rate{plan.to})),
                      "write the lowest rate under `from` and the highest under `to`",
                      params.at("to").place});
  if (plan.at_least && (*plan.at_least < plan.from || *plan.at_least > plan.to))
    errors.push_back({"`at-least` is not among the rates that are tried",
                      fmt::format("write a rate from {} to {}", to_string(Rate{plan.from}),
                                  to_string(Rate{plan.to})),
                      plan.at_least_place});
  const double seconds = std::chrono::duration<double>(plan.step).count();
  review_limits(params, plan.from * seconds, plan.step, plan.from, errors);
}

std::vector<KeyRule> rules() {
  KeyRule limits{KeyRule::Kind::at_least_one, {}};
  for (const auto& field : limit_fields()) limits.keys.push_back(field.name);
  return {{KeyRule::Kind::exactly_one, {"path", "url"}}, std::move(limits)};
}

double rate_of(const Params& params, std::string_view name) {
  const auto* value = params.find(name);
  return value && value->is<Rate>() ? value->as<Rate>().per_second : 0;
}

}  // namespace

Plan read_plan(const Params& params, const Target& target) {
  Plan plan;
  for (const auto* word : {"path", "url"})
    if (const auto* value = params.find(word)) plan.place = value->place;
  plan.request = read_request(params, target);
  const auto* status = params.find("status");
  plan.status = status && status->is<Statuses>() ? status->as<Statuses>()
                                                 : Statuses{{{200, 299}, {300, 399}}};
  plan.limits = read_limits(params);
  const auto* errors = params.find("errors");
  plan.errors = errors && errors->is<Share>() ? errors->as<Share>().of_one : 0.001;
  plan.from = std::max(0.01, rate_of(params, "from"));
  plan.to = rate_of(params, "to");
  if (const auto* least = params.find("at-least"); least && least->is<Rate>()) {
    plan.at_least = least->as<Rate>().per_second;
    plan.at_least_place = least->place;
  }
  plan.step = params.duration("step-for", std::chrono::seconds(10));
  plan.warm_up = std::min<Duration>(plan.step / 5, std::chrono::seconds(1));
  plan.spacing = params.text("arrivals") == "poisson" ? Spacing::poisson : Spacing::even;
  return plan;
}

}  // namespace capacity

namespace checks {

const Check capacity{
    .words = {.name = "capacity",
              .about = "The highest rate at which the limits hold",
              .fields = ingress_check::capacity::fields(),
              .rules = ingress_check::capacity::rules(),
              .review = ingress_check::capacity::review},
    .proves =
        "At the rate it tells every limit was kept with 99 % confidence, and at one at most a "
        "tenth higher it was not; with `at-least`, that it is no lower.",
    .blind =
        "What a rate does that lasts longer than a step, and loads of another mix of requests.",
    .sends =
        "Steps of a constant rate that doubles until a limit breaks, then rates between the last "
        "two; a step that leaves it open is sent twice.",
    .order = Order::load,
    .causes = ingress_check::capacity::causes(),
    .step = ingress_check::capacity::step,
    .bounds = ingress_check::capacity::bounds,
};

}  // namespace checks

}  // namespace ingress_check
