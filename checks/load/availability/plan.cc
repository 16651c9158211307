#include "checks/load/availability/plan.h"

#include <algorithm>

#include "checks/commands.h"

namespace ingress_check::availability {

namespace {

template <class T>
std::optional<Stated<T>> stated(const Object& words, std::string_view name) {
  const auto* value = words.find(name);
  if (!value || !value->is<T>()) return std::nullopt;
  return Stated<T>{value->as<T>(), value->place};
}

const Object* object(const Object& words, std::string_view name) {
  const auto* value = words.find(name);
  return value && value->is<Object>() ? &value->as<Object>() : nullptr;
}

void read_events(const Params& params, Plan& plan) {
  const auto* list = params.find("during");
  if (!list || !list->is<List>()) return;
  plan.events_place = list->place;
  for (const auto& item : list->as<List>())
    plan.events.push_back(read_command(item.as<Object>(), plan.lasts / 4));
}

Answers read_answers(const Object* words) {
  if (!words) return {};
  return {stated<std::string>(*words, "service"), stated<TextMatch>(*words, "pod")};
}

void add_matches(const Answers& answers, std::vector<Match>& matches) {
  if (answers.service)
    matches.push_back({.part = Match::Part::service, .text = {false, answers.service->value}});
  if (answers.pod) matches.push_back({.part = Match::Part::pod, .text = answers.pod->value});
}

}  // namespace

const char* word_of(Kind kind) {
  switch (kind) {
    case Kind::refused:
      return "refused";
    case Kind::cut:
      return "cut";
    case Kind::timeout:
      return "timeout";
    case Kind::server_error:
      return "5xx";
    case Kind::client_error:
      return "4xx";
    case Kind::wrong:
      return "wrong";
  }
  return "?";
}

Plan read_plan(const Params& params, const Target& target) {
  Plan plan;
  for (const auto* word : {"path", "url"})
    if (const auto* value = params.find(word)) plan.place = value->place;
  plan.request = read_request(params, target);
  plan.rate = params.at("rate").as<Rate>().per_second;
  plan.lasts = params.duration("for", std::chrono::seconds(30));
  read_events(params, plan);
  const auto* errors = object(params, "errors");
  for (const Kind kind : all_kinds) {
    const auto limit = errors ? stated<Share>(*errors, word_of(kind)) : std::nullopt;
    plan.errors[kind] = limit.value_or(Stated<Share>{{0}, plan.place});
  }
  plan.gap = stated<Duration>(params, "gap");
  plan.convergence = stated<Duration>(params, "convergence");
  if (const auto* expect = object(params, "expect")) {
    plan.before = read_answers(object(*expect, "before"));
    plan.after = read_answers(object(*expect, "after"));
  }
  plan.settle = params.duration("settle", std::chrono::seconds(5));
  return plan;
}

Load load_of(const Plan& plan, const Subject& subject) {
  Load load;
  load.requests.resize(1);
  load.requests[0].request = plan.request;
  add_matches(plan.before, load.requests[0].matches);
  add_matches(plan.after, load.requests[0].matches);
  load.arrivals = OpenLoop{.stages = {{plan.rate, plan.rate, plan.lasts}}};
  load.connections.count = static_cast<std::uint32_t>(std::clamp(plan.rate / 10, 4.0, 64.0));
  load.connections.most = 512;
  // Kept ones and new ones: a change may spare either. A third is new: what is cut under way on a
  // kept one looks like an idle close and is sent again, so that it is on new ones that a cut shows
  // itself.
  load.connections.requests = 3;
  load.samples = true;
  load.seed = subject.seed;
  return load;
}

}  // namespace ingress_check::availability
