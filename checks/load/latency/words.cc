// The fields of latency, and the mistakes that they cannot say.
#include <fmt/format.h>

#include <algorithm>

#include "checks/load/latency/plan.h"
#include "checks/word.h"

namespace ingress_check::latency {

namespace {

constexpr std::size_t most_requests = 64;
constexpr std::size_t most_stages = 100;

constexpr double most_rate = 1e6;

Field errors_field() {
  return word("errors", Kind::share,
              "share that may fail: no whole answer, or another status than `status`", "0.1%");
}

Field requests_field() {
  auto item = request_fields();
  item.push_back(
      limited(otherwise(word("weight", Kind::number, "how often, beside the others", "3"), "1"),
              0.001, 1e6));
  for (auto& field : limit_fields()) item.push_back(std::move(field));
  item.push_back(errors_field());
  Field one = word("", Kind::object, "a request, with limits of its own");
  one.fields = std::move(item);
  one.rules = request_rules();
  auto list = word("requests", Kind::list, "several kinds of requests, drawn by weight",
                   "[{path: /app1, weight: 3, p99: 20ms}, {path: /app2}]");
  list.fields = {std::move(one)};
  return list;
}

Field stages_field() {
  Field one = word("", Kind::object, "a stretch of time");
  one.fields = {limited(word("rate", Kind::rate, "as many throughout", "100/s"), 0.001, most_rate),
                limited(word("from", Kind::rate, "as many at its begin", "50/s"), 0.001, most_rate),
                limited(word("to", Kind::rate, "as many at its end, in a straight line", "500/s"),
                        0.001, most_rate),
                limited(word("for", Kind::duration, "how long", "10s"), 0.1, 86400)};
  one.fields.back().required = true;
  one.rules = {{KeyRule::Kind::exactly_one, {"rate", "from"}},
               {KeyRule::Kind::all_or_none, {"from", "to"}}};
  auto list = word("stages", Kind::list, "stretches of a rate that changes: ramps and spikes",
                   "[{rate: 50/s, for: 5s}, {from: 50/s, to: 500/s, for: 10s}]");
  list.fields = {std::move(one)};
  return list;
}

double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

/// Requests that the plan sends, on average; 0 if nothing tells.
double expected_requests(const Plan& plan) {
  double sum = 0;
  for (const auto& stage : plan.stages) sum += (stage.from + stage.to) / 2 * seconds(stage.lasts);
  return sum;
}

bool limits_anything(const Params& params) {
  const auto* list = params.find("requests");
  const auto* pods = params.find("each-pod");
  return !read_limits(params).empty() ||
         (pods && pods->is<Object>() && !read_limits(pods->as<Object>()).empty()) ||
         (list && list->is<List>() && std::ranges::any_of(list->as<List>(), [](const Value& one) {
            return one.is<Object>() && !read_limits(one.as<Object>()).empty();
          }));
}

void review_list(const Params& params, std::string_view name, std::size_t most, Errors& errors) {
  const auto* list = params.find(name);
  if (!list || !list->is<List>()) return;
  if (list->as<List>().empty())
    errors.push_back({fmt::format("`{}` is empty", name), "name at least one", list->place});
  if (list->as<List>().size() > most)
    errors.push_back({fmt::format("{} in `{}`; at most {}", list->as<List>().size(), name, most),
                      "split them over several checks", list->place});
}

/// Words that say nothing where another one stands.
void review_loop(const Params& params, Errors& errors) {
  const auto idle = [&](const char* with, const char* word, const char* what, const char* mend) {
    const auto* value = params.find(word);
    if (params.has(with) && value && value->place.known())
      errors.push_back({fmt::format("`{}` beside `{}`: {}", word, with, what), mend, value->place});
  };
  idle("stages", "for", "each stage says how long it is", "leave out `for`");
  idle("connections", "achieved", "it sends as answers come, and offers no rate",
       "leave out `achieved`, or write `rate`");
  idle("connections", "arrivals", "it sends as answers come",
       "leave out `arrivals`, or write `rate`");
}

void review_decidable(const Params& params, Errors& errors) {
  if (!params.has("rate") && !params.has("stages")) return;
  const auto plan = read_plan(params, {});
  if (plan.stages.empty()) return;
  const double all = expected_requests(plan);
  const double rate = params.has("rate") ? plan.stages[0].from : 0;
  review_limits(params, all, plan.lasts, rate, errors);
  if (const auto* pods = params.find("each-pod"); pods && pods->is<Object>())
    review_limits(pods->as<Object>(), all, plan.lasts, rate, errors);
  const auto* list = params.find("requests");
  if (!list || !list->is<List>()) return;
  double weights = 0;
  for (const auto& asked : plan.requests) weights += asked.weight;
  for (std::size_t i = 0; i < plan.requests.size() && i < list->as<List>().size(); ++i) {
    const double share = plan.requests[i].weight / weights;
    review_limits(list->as<List>()[i].as<Object>(), all * share, plan.lasts, rate, errors);
  }
}

}  // namespace

std::vector<Field> fields() {
  std::vector<Field> all;
  for (auto& field : request_fields())
    if (field.name == "path" || field.name == "url") all.push_back(std::move(field));
  all.push_back(requests_field());
  all.push_back(limited(
      word("rate", Kind::rate, "requests are due at this rate, whatever becomes of them", "500/s"),
      0.001, most_rate));
  all.push_back(stages_field());
  all.push_back(
      limited(word("connections", Kind::integer,
                   "instead: so many, each sending when its last request is answered", "16"),
              1, 10000));
  auto arrivals = otherwise(word("arrivals", Kind::word, "evenly, or by chance as from many users"),
                            "constant");
  arrivals.words = {"constant", "poisson"};
  all.push_back(std::move(arrivals));
  all.push_back(limited(
      otherwise(word("for", Kind::duration, "how long is measured", "30s"), "30s"), 0.5, 86400));
  all.push_back(limited(
      otherwise(word("warm-up", Kind::duration, "sent before, and in no figure", "2s"), "1s"), 0,
      3600));
  all.push_back(
      otherwise(word("status", Kind::statuses, "statuses of a good answer", "200"), "[2xx, 3xx]"));
  for (auto& field : limit_fields()) all.push_back(std::move(field));
  all.push_back(otherwise(errors_field(), "0%"));
  all.push_back(otherwise(
      word("achieved", Kind::share, "share of the rate that must be answered", "99%"), "99%"));
  auto pods = word("each-pod", Kind::object,
                   "limits that each pod keeps by itself, counted from when a request was sent");
  pods.fields = limit_fields();
  pods.example = "{p99: 60ms}";
  all.push_back(std::move(pods));
  return all;
}

std::vector<KeyRule> rules() {
  return {{KeyRule::Kind::exactly_one, {"path", "url", "requests"}},
          {KeyRule::Kind::exactly_one, {"rate", "stages", "connections"}}};
}

void review(const Params& params, Errors& errors) {
  review_list(params, "requests", most_requests, errors);
  review_list(params, "stages", most_stages, errors);
  const auto* list = params.find("requests");
  if (list && list->is<List>())
    for (const auto& item : list->as<List>())
      if (item.is<Object>()) review_request(item.as<Object>(), errors);
  review_loop(params, errors);
  if (!errors.empty()) return;
  const auto* asked = params.find("path") ? params.find("path") : params.find("url");
  if (!limits_anything(params))
    errors.push_back({"nothing is limited", "write how long answers may take, as in p99: 250ms",
                      asked  ? asked->place
                      : list ? list->place
                             : Place{}});
  review_decidable(params, errors);
}

}  // namespace ingress_check::latency
