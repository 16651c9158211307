// The routes of a scenario, and what was learnt of each.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "checks/answers.h"

namespace ingress_check::routing {

struct Route {
  Request request;
  Expectation expected;
  Place place;

  std::string host() const;       ///< as the ingress sees it: the Host header, or the URL's
  std::string path() const;       ///< without the query
  bool expects_no_route() const;  ///< 404 is right, 200 is not
};

/// The routes as written, short form and long.
std::vector<Route> read_routes(const Params& params, const Target& target);

struct Reading {
  Route route;
  Answers answers;

  bool failed() const { return answers.count(Shortfall::Kind::broken) > 0; }
  bool answered() const;  ///< at least one whole response came
  /// Every answer falls short, each of them with a whole response.
  bool always_failed() const;
  /// Some whole response is as expected.
  bool ever_right() const;
  /// What falls short comes from the very service that was to answer, or any that may: it is the
  /// application's own answer, and the ingress led there as it should.
  bool by_expected_service() const;
  /// The one service that every whole response that falls short names; empty: none or several.
  std::string other_service() const;
  /// The one status of all whole responses that fall short; 0: several, or none.
  int other_status() const;
  /// No whole response that falls short comes from an application that names itself.
  bool by_nobody() const;
  const Exchange* example() const;  ///< a whole response that falls short, or null
};

/// The names of the phases: once each; over fresh connections; over kept-alive ones.
inline constexpr const char* phase_once = "once";
inline constexpr const char* phase_fresh = "fresh connections";
inline constexpr const char* phase_kept = "kept-alive connections";

/// Which routes answered at all when they were asked once: only these are asked again.
std::vector<std::size_t> worth_repeating(const std::vector<Route>& routes, const Evidence& once);

/// What every phase so far says about each route.
std::vector<Reading> read(const std::vector<Route>& routes, const Subject& subject,
                          std::span<const Evidence> so_far);

}  // namespace ingress_check::routing
