// routing: every route of a table answers as expected, on every replica of the ingress.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "checks/routing/routing/causes.h"
#include "checks/routing/routing/conclusion.h"
#include "checks/routing/routing/under.h"

namespace ingress_check {

namespace checks {
extern const Check routing;
}

namespace routing {

namespace {

constexpr std::uint32_t kept_times = 3;
constexpr std::size_t most_routes = 200;

Traffic ask_once(const std::vector<Route>& routes) {
  Http http;
  for (const auto& route : routes) {
    auto request = route.request;
    request.every_address = true;
    http.body_limit = std::max(http.body_limit, kept_of_body(route.expected));
    http.requests.push_back(std::move(request));
  }
  return {.name = phase_once, .send = std::move(http)};
}

Traffic ask_again(const char* name, const std::vector<Route>& routes,
                  const std::vector<std::size_t>& which, std::uint32_t times, Reuse reuse) {
  Http http;
  for (const auto index : which) {
    auto request = routes[index].request;
    request.every_address = reuse == Reuse::fresh;
    request.times = times;
    request.reuse = reuse;
    if (reuse == Reuse::kept) request.client = "routing";
    http.body_limit = std::max(http.body_limit, kept_of_body(routes[index].expected));
    http.requests.push_back(std::move(request));
  }
  return {.name = name, .send = std::move(http)};
}

Step step(const Params& params, const Subject& subject, std::span<const Evidence> so_far) {
  const auto routes = read_routes(params, subject.target);
  const auto* once = phase(so_far, phase_once);
  if (!once) return ask_once(routes);
  const auto again = worth_repeating(routes, *once);
  const auto fresh = fresh_connections(params, subject);
  if (!again.empty() && fresh > 1 && !phase(so_far, phase_fresh))
    return ask_again(phase_fresh, routes, again, fresh - 1, Reuse::fresh);
  if (!again.empty() && !phase(so_far, phase_kept))
    return ask_again(phase_kept, routes, again, kept_times, Reuse::kept);
  const auto readings = read(routes, subject, so_far);
  auto verdict = conclude(checks::routing, params, subject, readings);
  if (const auto under = read_under(params)) {
    const auto* load = phase(so_far, phase_under);
    const bool right =
        verdict.kind != Verdict::Kind::fail && verdict.kind != Verdict::Kind::inconclusive;
    if (!load && right)
      return Traffic{.name = phase_under, .send = load_under(*under, readings, subject)};
    conclude_under(checks::routing, *under, subject, readings, load, verdict);
  }
  return verdict;
}

Bounds bounds(const Params& params, const Subject& subject) {
  const auto routes = read_routes(params, subject.target);
  // A kept-alive connection that the target closes is opened again once.
  const std::uint64_t each = fresh_connections(params, subject) + 2 * kept_times;
  Bounds bounds;
  bounds.requests = routes.size() * each;
  std::uint64_t loaded = 0;
  if (const auto under = read_under(params)) {
    // Of a load too each request is repeated once at most.
    loaded = 2 * static_cast<std::uint64_t>(
                     std::ceil(under->rate * std::chrono::duration<double>(under->lasts).count()));
    bounds.requests += loaded + 2;
    bounds.peak_rate = under->rate;
    bounds.waits = under->lasts;
    bounds.time += under->lasts + subject.target.timeout;
  }
  for (const auto& route : routes) {
    const auto longest = route.request.timeout.value_or(subject.target.timeout);
    bounds.time +=
        longest * static_cast<std::int64_t>(each * std::max<std::size_t>(1, subject.addresses));
    const auto& method = route.request.method;
    if (method != "GET" && method != "HEAD" && method != "OPTIONS")
      bounds.side_effects.push_back(fmt::format("{} is sent up to {} times to each address",
                                                describe(route.request), each + loaded));
  }
  return bounds;
}

Field route_field() {
  auto fields = short_expectation_fields();
  auto send = request_fields();
  fields.insert(fields.begin(), send.begin(), send.begin() + 3);  // method, path, url
  Field long_send{.name = "send", .kind = Kind::object, .about = "the request in full"};
  long_send.fields = std::move(send);
  long_send.rules = request_rules();
  Field long_expect{
      .name = "expect", .kind = Kind::object, .about = "the answer in full, with `send`"};
  long_expect.fields = expectation_fields();
  fields.push_back(std::move(long_send));
  fields.push_back(std::move(long_expect));
  Field route{.name = "", .kind = Kind::object, .about = "a route"};
  route.fields = std::move(fields);
  route.rules = {{KeyRule::Kind::exactly_one, {"path", "url", "send"}}};
  return route;
}

std::vector<Field> fields() {
  Field routes{.name = "routes",
               .kind = Kind::list,
               .about = "each {path or url, and what to expect}, or {send, expect}",
               .required = true};
  routes.fields = {route_field()};
  routes.example = "[{path: /app1, service: app1}]";
  Field of{.name = "replicas",
           .kind = Kind::integer,
           .about = "replicas of the ingress: one of so many whose rules are old is to be met",
           .fallback = "3"};
  of.least = 1;
  of.most = 50;
  return {std::move(routes), std::move(of), under_field()};
}

void review_route(const Value& item, Errors& errors) {
  const auto& words = item.as<Object>();
  const auto* send = words.find("send");
  review_request(send && send->is<Object>() ? send->as<Object>() : words, errors);
  const auto* expect = words.find("expect");
  if (expect && !words.has("send"))
    errors.push_back({"`expect` belongs to `send`",
                      "write {send: {path: ...}, expect: {...}}, or the words of `expect` beside "
                      "`path`",
                      expect->place});
  if (words.has("send"))
    for (const auto& field : short_expectation_fields())
      if (const auto* word = words.find(field.name))
        errors.push_back(
            {fmt::format("`{}` beside `send`", field.name), "put it under `expect`", word->place});
  const auto& said = expect && expect->is<Object>() ? expect->as<Object>() : words;
  if (said.text("from") == "ingress" && (said.has("service") || said.has("pod")))
    errors.push_back({"an answer of the ingress itself has no service and no pod",
                      "leave out `from: ingress`, or the service", said.find("from")->place});
}

void review(const Params& params, Errors& errors) {
  const auto* routes = params.find("routes");
  if (!routes || !routes->is<List>()) return;
  const auto& list = routes->as<List>();
  if (list.empty())
    errors.push_back({"no route to ask", "name at least one, as in {path: /app1}", routes->place});
  if (list.size() > most_routes)
    errors.push_back({fmt::format("{} routes; at most {} in one check", list.size(), most_routes),
                      "split them over several checks", routes->place});
  for (const auto& item : list)
    if (item.is<Object>()) review_route(item, errors);
  review_under(params, errors);
}

}  // namespace

}  // namespace routing

namespace checks {

const Check routing{
    .words = {.name = "routing",
              .about =
                  "Every route answers with the service, status, redirect and headers expected",
              .fields = ingress_check::routing::fields(),
              .review = ingress_check::routing::review},
    .proves =
        "Each route of the table leads where it should on every replica of the ingress that "
        "fresh and kept-alive connections meet, at every address of the name.",
    .blind = "Routes that are not in the table, and replicas beyond the number stated.",
    .sends =
        "Each route once; then those that answered on enough fresh connections to meet one "
        "stale replica with 99 %, and three times over a kept-alive one; with `under`, all of them "
        "as "
        "a load.",
    .order = Order::passive,
    .causes = ingress_check::routing::causes(),
    .step = ingress_check::routing::step,
    .bounds = ingress_check::routing::bounds,
};

}  // namespace checks

}  // namespace ingress_check
