// routing: every route of a table answers as expected, on every replica of the ingress.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "checks/routing/routing/causes.h"

namespace ingress_check {

namespace checks {
extern const Check routing;
}

namespace routing {

namespace {

constexpr std::uint32_t kept_times = 3;
constexpr std::size_t most_routes = 200;

std::int64_t replicas(const Params& params) { return params.integer("replicas", 3); }

/// Fresh connections that meet each of R replicas with the wanted power: ln(1 - power) /
/// ln(1 - 1/R), for a balancer that picks a replica for each connection by chance.
std::uint32_t connections_for(std::int64_t of_replicas, double power) {
  if (of_replicas <= 1) return 1;
  const auto miss = std::log1p(-1.0 / static_cast<double>(of_replicas));
  return static_cast<std::uint32_t>(std::ceil(std::log1p(-std::clamp(power, 0.5, 0.9999)) / miss));
}

std::uint32_t fresh_connections(const Params& params, const Subject& subject) {
  return connections_for(replicas(params), subject.power);
}

Traffic ask_once(const std::vector<Route>& routes) {
  Http http;
  for (const auto& route : routes) {
    auto request = route.request;
    request.every_address = true;
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
    http.requests.push_back(std::move(request));
  }
  return {.name = name, .send = std::move(http)};
}

/// Behaviour worth comparing between controllers, under the profile's keys.
std::map<std::string, std::string> traits(const Subject& subject,
                                          const std::vector<Reading>& readings) {
  std::map<std::string, std::string> seen;
  for (const auto& reading : readings)
    for (const auto& answer : reading.answers.all) {
      const auto& exchange = *answer.exchange;
      if (exchange.outcome != Outcome::ok) continue;
      const auto by = origin(subject.controller, exchange);
      if (by.by == Origin::By::ingress &&
          (by.meaning == "no-route" || by.meaning == "no-endpoints"))
        seen[by.meaning + ".status"] = std::to_string(exchange.status);
      const auto location = exchange.headers.find("Location");
      if (exchange.status >= 300 && exchange.status < 400 && location &&
          location->starts_with("https://") && !answer.request->url.https)
        seen["redirect.status"] = std::to_string(exchange.status);
    }
  return seen;
}

/// What an operator can compare from the diagnoses alone.
void add_traits_of_causes(Verdict& verdict) {
  for (const auto& diagnosis : verdict.diagnoses) {
    if (!diagnosis.separates.empty()) continue;
    if (diagnosis.cause == "prefix-without-element-boundary")
      verdict.traits["path.boundary"] = "none";
    if (diagnosis.cause == "regex-mode") verdict.traits["path.case"] = "insensitive";
    if (diagnosis.cause == "wildcard-too-wide") verdict.traits["wildcard.labels"] = "many";
  }
}

std::size_t count_if(const std::vector<Reading>& readings, bool (*is)(const Reading&)) {
  return static_cast<std::size_t>(std::ranges::count_if(readings, is));
}

bool silent_only(const Reading& reading) {
  return reading.answers.count(Shortfall::Kind::unsupported) > 0 &&
         !reading.route.expected.says_more_than_who();
}

bool undecided(const Reading& reading) {
  return reading.answers.count(Shortfall::Kind::undecided) > 0;
}

std::string many(std::size_t n, const std::string& one) {
  return fmt::format("{} {}{}", n, one, n == 1 ? "" : "s");
}

/// One sentence for a table of which nothing at all was answered in the same way.
std::optional<Silence> all_silent(const std::vector<Reading>& readings) {
  std::set<Outcome> outcomes;
  const Answer* one = nullptr;
  for (const auto& reading : readings)
    for (const auto& answer : reading.answers.all) {
      outcomes.insert(answer.exchange->outcome);
      one = &answer;
    }
  if (!one || outcomes.size() != 1 || *outcomes.begin() == Outcome::ok) return std::nullopt;
  return silence(*one->request, *one->exchange);
}

std::string why_failed(const std::vector<Reading>& readings, const Verdict& verdict) {
  if (const auto silent = all_silent(readings)) return silent->sentence;
  const auto blames = [&](std::string_view cause) {
    return !verdict.diagnoses.empty() && verdict.diagnoses.front().cause == cause;
  };
  std::vector<std::string> names;
  for (const auto& reading : readings)
    if (reading.failed()) names.push_back(describe(reading.route.request));
  if (blames("nothing-adopted"))
    return fmt::format("everything is answered 404: the controller serves none of {}",
                       many(names.size(), "route"));
  return fmt::format("{} of {} not as expected: {}", names.size(), many(readings.size(), "route"),
                     listed(names, 3));
}

void say_mends(const std::vector<Reading>& readings, Verdict& verdict) {
  std::set<std::string> said;
  for (const auto& reading : readings)
    for (const auto& answer : reading.answers.all) {
      const auto& exchange = *answer.exchange;
      std::string note;
      if (exchange.outcome != Outcome::ok) {
        const auto silent = silence(*answer.request, exchange);
        note = silent.sentence + ": " + silent.mend;
      } else if (!answer.as_expected() && (exchange.status == 502 || exchange.status == 504)) {
        note = fmt::format(
            "{} is answered {}: the ingress reached no pod that answered in time; "
            "see the service's targetPort and the pods' logs",
            describe(*answer.request), exchange.status);
      } else if (!answer.as_expected() && (exchange.status == 429 || exchange.status == 503) &&
                 !reading.always_failed()) {
        note = fmt::format(
            "{} is answered {} only some of the time: a rate limit, or pods that come "
            "and go; `limits:` keeps ingress-check below a limit",
            describe(*answer.request), exchange.status);
      } else if (!answer.as_expected() &&
                 exchange.body.find("plain HTTP request was sent to HTTPS port") !=
                     std::string::npos) {
        note =
            "a server took the request for plain HTTP on its TLS port: the check scheme-mismatch "
            "tells where";
      }
      if (!note.empty() && said.insert(note).second) verdict.notes.push_back(note);
    }
}

void say_shown(const Params& params, const Subject& subject, const std::vector<Reading>& readings,
               Verdict& verdict) {
  std::size_t fresh = 0, kept = 0, reused = 0;
  for (const auto& reading : readings)
    for (const auto& answer : reading.answers.all) {
      const bool on_kept = answer.request && answer.exchange->reused;
      reused += on_kept;
      (on_kept ? kept : fresh) += 1;
    }
  const auto of = replicas(params);
  const auto n = fresh_connections(params, subject);
  if (of > 1)
    verdict.shown.push_back(
        fmt::format("every route on {} fresh connections{}: if one of {} replicas answered "
                    "otherwise, that would have been met {:.0f} times in 100",
                    n, subject.addresses > 1 ? " to each address" : "", of, subject.power * 100));
  else
    verdict.shown.push_back("every route on one fresh connection, as replicas: 1 asks for");
  if (reused > 0)
    verdict.shown.push_back(many(kept, "request") + " over kept-alive connections");
  else
    verdict.not_shown.push_back("kept-alive connections: the target closed each of them");
  for (const auto& reading : readings)
    for (auto& finding : findings(reading.answers, Shortfall::Kind::unsupported))
      verdict.not_shown.push_back(
          fmt::format("{}: {}; {}", finding.subject, finding.expected, finding.actual));
  verdict.figures = {{"routes", static_cast<double>(readings.size())},
                     {"requests", static_cast<double>(fresh + kept)},
                     {"fresh_connections", static_cast<double>(fresh)},
                     {"kept_alive_requests", static_cast<double>(kept)}};
}

void collect(const std::vector<Reading>& readings, Shortfall::Kind kind, Verdict& verdict) {
  for (const auto& reading : readings)
    for (auto& finding : findings(reading.answers, kind))
      verdict.findings.push_back(std::move(finding));
}

Verdict conclude(const Params& params, const Subject& subject,
                 const std::vector<Reading>& readings) {
  Verdict verdict;
  say_shown(params, subject, readings, verdict);
  say_mends(readings, verdict);
  const auto failed = count_if(readings, [](const Reading& r) { return r.failed(); });
  const auto open = count_if(readings, undecided);
  const auto silent = count_if(readings, silent_only);
  if (failed > 0) {
    verdict.kind = Verdict::Kind::fail;
    collect(readings, Shortfall::Kind::broken, verdict);
    verdict.diagnoses = diagnose(checks::routing, subject, readings);
    verdict.summary = why_failed(readings, verdict);
    verdict.shown.clear();
  } else if (open > 0) {
    verdict.kind = Verdict::Kind::inconclusive;
    collect(readings, Shortfall::Kind::undecided, verdict);
    verdict.summary =
        fmt::format("{} of {} could not be decided", open, many(readings.size(), "route"));
  } else if (silent > 0) {
    verdict.kind = Verdict::Kind::not_supported;
    verdict.summary = fmt::format(
        "{} of {} not judged: the backend does not say who answered; the rest is as expected",
        silent, many(readings.size(), "route"));
    if (silent == readings.size())
      verdict.summary = "no route can be judged: the backends do not say who answered";
  } else {
    verdict.summary = fmt::format("{} as expected", many(readings.size(), "route"));
  }
  verdict.traits = traits(subject, readings);
  add_traits_of_causes(verdict);
  return verdict;
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
  return conclude(params, subject, read(routes, subject, so_far));
}

Bounds bounds(const Params& params, const Subject& subject) {
  const auto routes = read_routes(params, subject.target);
  // A kept-alive connection that the target closes is opened again once.
  const std::uint64_t each = fresh_connections(params, subject) + 2 * kept_times;
  Bounds bounds;
  bounds.requests = routes.size() * each;
  for (const auto& route : routes) {
    const auto longest = route.request.timeout.value_or(subject.target.timeout);
    bounds.time +=
        longest * static_cast<std::int64_t>(each * std::max<std::size_t>(1, subject.addresses));
    const auto& method = route.request.method;
    if (method != "GET" && method != "HEAD" && method != "OPTIONS")
      bounds.side_effects.push_back(
          fmt::format("{} is sent up to {} times to each address", describe(route.request), each));
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
  return {std::move(routes), std::move(of)};
}

void review_route(const Value& item, Errors& errors) {
  const auto& words = item.as<Object>();
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
        "stale replica with 99 %, and three times over a kept-alive one.",
    .order = Order::passive,
    .causes = ingress_check::routing::causes(),
    .step = ingress_check::routing::step,
    .bounds = ingress_check::routing::bounds,
};

}  // namespace checks

}  // namespace ingress_check
