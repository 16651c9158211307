// The words of availability, and the load that they ask for.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "checks/check.h"
#include "checks/expectation.h"

namespace ingress_check::availability {

/// The ways in which a request may come to nothing.
enum class Kind { refused, cut, timeout, server_error, client_error, wrong };
inline constexpr Kind all_kinds[] = {Kind::refused,      Kind::cut,          Kind::timeout,
                                     Kind::server_error, Kind::client_error, Kind::wrong};
/// As written under `errors`: "refused", "cut", "timeout", "5xx", "4xx", "wrong".
const char* word_of(Kind kind);

/// Who should answer before, or after, the change.
struct Answers {
  std::optional<Stated<std::string>> service;
  std::optional<Stated<TextMatch>> pod;
  bool any() const { return !service && !pod; }
};

struct Plan {
  Place place;
  Request request;
  double rate = 0;
  Duration lasts{};
  std::vector<Event> events;
  Place events_place;
  std::map<Kind, Stated<Share>> errors;  ///< each kind; nothing is allowed unless stated
  std::optional<Stated<Duration>> gap, convergence;
  Answers before, after;
  Duration settle{};  ///< after the last command, until answers must be as `after` says
};

std::vector<Field> fields();
std::vector<KeyRule> rules();
void review(const Params& params, Errors& errors);

Plan read_plan(const Params& params, const Target& target);
/// Its matches: those of `before`, then those of `after`.
Load load_of(const Plan& plan, const Subject& subject);

inline constexpr const char* phase_once = "once";
inline constexpr const char* phase_load = "load";

}  // namespace ingress_check::availability
