#include "checks/load/latency/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/load_limits.h"

namespace ingress_check::latency {

namespace {

constexpr std::uint32_t most_connections = 512;

template <class T>
std::optional<Stated<T>> stated(const Object& words, std::string_view name) {
  const auto* value = words.find(name);
  if (!value || !value->is<T>()) return std::nullopt;
  return Stated<T>{value->as<T>(), value->place};
}

double rate(const Object& words, std::string_view name, double otherwise) {
  const auto* value = words.find(name);
  return value && value->is<Rate>() ? value->as<Rate>().per_second : otherwise;
}

std::vector<Stage> read_stages(const Params& params) {
  const auto lasts = params.duration("for", std::chrono::seconds(30));
  if (const auto* constant = params.find("rate"); constant && constant->is<Rate>())
    return {{constant->as<Rate>().per_second, constant->as<Rate>().per_second, lasts}};
  std::vector<Stage> stages;
  const auto* list = params.find("stages");
  if (!list || !list->is<List>()) return stages;
  for (const auto& item : list->as<List>()) {
    const auto& words = item.as<Object>();
    const double steady = rate(words, "rate", 0);
    stages.push_back({rate(words, "from", steady), rate(words, "to", steady),
                      words.duration("for", std::chrono::seconds(1))});
  }
  return stages;
}

std::vector<Asked> read_requests(const Params& params, const Target& target) {
  std::vector<Asked> all;
  const auto* list = params.find("requests");
  if (!list || !list->is<List>()) return {{read_request(params, target), 1, {}, {}}};
  for (const auto& item : list->as<List>()) {
    const auto& words = item.as<Object>();
    const auto* weight = words.find("weight");
    all.push_back({read_request(words, target),
                   weight && weight->is<double>() ? weight->as<double>() : 1, read_limits(words),
                   stated<Share>(words, "errors")});
  }
  return all;
}

std::string in_words(const Plan& plan) {
  if (plan.stages.empty())
    return fmt::format("over {} connection{}", plan.connections, plan.connections == 1 ? "" : "s");
  double least = plan.stages[0].from, most = least;
  for (const auto& stage : plan.stages) {
    least = std::min({least, stage.from, stage.to});
    most = std::max({most, stage.from, stage.to});
  }
  if (least == most) return "at " + to_string(Rate{most});
  return least > 0 ? fmt::format("at {} to {}", to_string(Rate{least}), to_string(Rate{most}))
                   : fmt::format("at up to {}", to_string(Rate{most}));
}

}  // namespace

Plan read_plan(const Params& params, const Target& target) {
  Plan plan;
  for (const auto* word : {"path", "url", "requests"})
    if (const auto* value = params.find(word)) plan.place = value->place;
  plan.requests = read_requests(params, target);
  const auto* status = params.find("status");
  plan.status = status && status->is<Statuses>() ? status->as<Statuses>()
                                                 : Statuses{{{200, 299}, {300, 399}}};
  plan.limits = read_limits(params);
  if (const auto* pods = params.find("each-pod"); pods && pods->is<Object>())
    plan.each_pod = read_limits(pods->as<Object>());
  plan.errors = stated<Share>(params, "errors").value_or(Stated<Share>{{0}, {}});
  if (!plan.errors.place.known()) plan.errors.place = plan.place;
  plan.stages = read_stages(params);
  plan.connections = static_cast<std::uint32_t>(params.integer("connections", 0));
  if (!plan.stages.empty())
    plan.achieved = stated<Share>(params, "achieved").value_or(Stated<Share>{{0.99}, {}});
  if (plan.achieved && !plan.achieved->place.known()) plan.achieved->place = plan.place;
  plan.spacing = params.text("arrivals") == "poisson" ? Spacing::poisson : Spacing::even;
  plan.warm_up = params.duration("warm-up", std::chrono::seconds(1));
  plan.lasts = params.duration("for", std::chrono::seconds(30));
  if (!plan.stages.empty()) {
    plan.lasts = Duration::zero();
    for (const auto& stage : plan.stages) plan.lasts += stage.lasts;
  }
  plan.how = in_words(plan);
  return plan;
}

std::vector<LoadLimit> all_limits(const Plan& plan) {
  auto all = plan.limits;
  all.insert(all.end(), plan.each_pod.begin(), plan.each_pod.end());
  for (const auto& asked : plan.requests)
    all.insert(all.end(), asked.limits.begin(), asked.limits.end());
  return all;
}

Load load_of(const Plan& plan, const Subject& subject) {
  Load load;
  for (const auto& asked : plan.requests)
    load.requests.push_back(
        {asked.request, asked.weight, {{.part = Match::Part::status, .statuses = plan.status}}});
  load.warm_up = plan.warm_up;
  load.seed = subject.seed;
  load.may_be_late = lateness_for(all_limits(plan));
  // What the check itself may provoke is judged, not broken off.
  load.breaker = Breaker{.provoked = {{{429, 429}, {503, 503}}}};
  for (const auto& range : plan.status.ranges) load.breaker->provoked.ranges.push_back(range);
  if (plan.stages.empty()) {
    load.arrivals = ClosedLoop{.lasts = plan.warm_up + plan.lasts};
    load.connections.count = plan.connections;
  } else {
    auto stages = plan.stages;
    if (plan.warm_up > Duration::zero() && stages[0].from > 0)
      stages.insert(stages.begin(), {stages[0].from, stages[0].from, plan.warm_up});
    else
      load.warm_up = Duration::zero();
    load.arrivals = OpenLoop{.stages = std::move(stages), .spacing = plan.spacing};
    const double peak = load.peak_rate();
    load.connections.count = static_cast<std::uint32_t>(std::clamp(peak / 20, 1.0, 64.0));
    load.connections.most = most_connections;
  }
  load.steady = true;
  load.samples = plan.stages.empty() || load.count() <= most_samples;
  return load;
}

}  // namespace ingress_check::latency
