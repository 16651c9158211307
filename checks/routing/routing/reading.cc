#include "checks/routing/routing/reading.h"

#include <algorithm>
#include <set>

namespace ingress_check::routing {

namespace {

void take(const Evidence& evidence, const std::vector<std::size_t>& which,
          const std::vector<Route>& routes, const Subject& subject,
          std::vector<Reading>& readings) {
  for (const auto& exchange : evidence.exchanges) {
    const auto index = which[exchange.request];
    const auto& route = routes[index];
    readings[index].answers.all.push_back(
        {&route.request, &exchange, measure(route.expected, subject, route.request, exchange)});
  }
}

/// Where other answers of the same route name their service, one that names none is not from it.
void compare_with_named(Reading& reading) {
  const auto named = std::ranges::any_of(reading.answers.all, [](const Answer& answer) {
    return !answer.exchange->who.service.empty();
  });
  if (!named) return;
  for (auto& answer : reading.answers.all)
    for (auto& shortfall : answer.shortfalls)
      if (shortfall.part == "service" && shortfall.kind == Shortfall::Kind::unsupported) {
        shortfall.kind = Shortfall::Kind::broken;
        shortfall.actual += ", while other answers of this route do";
        shortfall.mend.clear();
      }
}

bool whole_and_short(const Answer& answer) {
  return !answer.as_expected() && answer.exchange->outcome == Outcome::ok;
}

}  // namespace

std::string Route::host() const {
  const auto header = request.headers.find("Host");
  if (!header) return request.url.host;
  return std::string(header->substr(0, header->find(':')));
}

std::string Route::path() const { return request.url.path.substr(0, request.url.path.find('?')); }

bool Route::expects_no_route() const {
  return !expected.service && expected.status.contains(404) && !expected.status.contains(200);
}

std::vector<Route> read_routes(const Params& params, const Target& target) {
  std::vector<Route> routes;
  for (const auto& item : params.at("routes").as<List>()) {
    const auto& words = item.as<Object>();
    const auto* send = words.find("send");
    const auto* expect = words.find("expect");
    const Object none;
    const auto& said = send ? (expect ? expect->as<Object>() : none) : words;
    Route route{read_request(send ? send->as<Object>() : words, target),
                read_expectation(said, item.place), item.place};
    wait_long_enough(route.request, route.expected, target);
    routes.push_back(std::move(route));
  }
  return routes;
}

bool Reading::answered() const {
  return std::ranges::any_of(
      answers.all, [](const Answer& answer) { return answer.exchange->outcome == Outcome::ok; });
}

bool Reading::always_failed() const {
  return !answers.all.empty() && std::ranges::all_of(answers.all, whole_and_short);
}

bool Reading::ever_right() const {
  return std::ranges::any_of(answers.all, [](const Answer& answer) {
    return answer.exchange->outcome == Outcome::ok && answer.as_expected();
  });
}

bool Reading::by_expected_service() const {
  const auto& wanted = route.expected.service;
  if (other_service().empty() || route.expects_no_route()) return false;
  const auto& from = route.expected.from;
  if (from && from->value == Origin::By::ingress) return false;
  return !wanted || wanted->value == other_service();
}

std::string Reading::other_service() const {
  std::set<std::string> names;
  for (const auto& answer : answers.all)
    if (whole_and_short(answer)) names.insert(answer.exchange->who.service);
  return names.size() == 1 ? *names.begin() : std::string();
}

int Reading::other_status() const {
  std::set<int> statuses;
  for (const auto& answer : answers.all)
    if (whole_and_short(answer)) statuses.insert(answer.exchange->status);
  return statuses.size() == 1 ? *statuses.begin() : 0;
}

bool Reading::by_nobody() const {
  return std::ranges::none_of(answers.all, [](const Answer& answer) {
    return whole_and_short(answer) &&
           !(answer.exchange->who.service.empty() && answer.exchange->who.pod.empty());
  });
}

const Exchange* Reading::example() const {
  const auto found = std::ranges::find_if(answers.all, whole_and_short);
  return found == answers.all.end() ? nullptr : found->exchange;
}

std::vector<std::size_t> worth_repeating(const std::vector<Route>& routes, const Evidence& once) {
  std::set<std::size_t> answered;
  for (const auto& exchange : once.exchanges)
    if (exchange.outcome == Outcome::ok && exchange.request < routes.size())
      answered.insert(exchange.request);
  return {answered.begin(), answered.end()};
}

std::vector<Reading> read(const std::vector<Route>& routes, const Subject& subject,
                          std::span<const Evidence> so_far) {
  std::vector<Reading> readings;
  for (const auto& route : routes) readings.push_back({route, {}});
  const auto* once = phase(so_far, phase_once);
  if (!once) return readings;
  std::vector<std::size_t> every(routes.size());
  for (std::size_t i = 0; i < every.size(); ++i) every[i] = i;
  take(*once, every, routes, subject, readings);
  const auto repeated = worth_repeating(routes, *once);
  for (const auto* name : {phase_fresh, phase_kept})
    if (const auto* evidence = phase(so_far, name))
      take(*evidence, repeated, routes, subject, readings);
  std::vector<Answers*> all;
  for (auto& reading : readings) all.push_back(&reading.answers);
  settle_by_names(all);
  for (auto& reading : readings) compare_with_named(reading);
  return readings;
}

}  // namespace ingress_check::routing
