// The words of canary, and the traffic that they ask for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checks/check.h"
#include "checks/expectation.h"

namespace ingress_check::canary {

/// What decides first where header and cookie are at odds.
enum class First { header, cookie };

struct Plan {
  Request request;
  Place place;  ///< of what is sent
  Stated<std::string> stable, canary;
  std::optional<Stated<double>> weight;               ///< the canary's share, 0 to 1
  std::optional<Stated<std::string>> header, cookie;  ///< their names
  std::optional<First> first;  ///< as the controller's profile has it; none: not known
  double detect = 0.05;        ///< points that a share may not be off by
  double rate = 200;           ///< requests a second by weight
};

/// Who answered, as far as the answer tells.
enum class Side { stable, canary, other, untold };
Side side_of(const Plan& plan, const Answerer& who);

/// What a request says of itself, and who must answer it.
struct Ask {
  std::string header, cookie;  ///< "always", "never", or empty: it has none
  bool canary = false;         ///< must be answered by it
  bool alone() const { return header.empty() || cookie.empty(); }
};

/// By header, by cookie, and where both are stated by both at odds: those go by what decides first,
/// which is taken to be the header where nothing is known.
std::vector<Ask> asks(const Plan& plan);

/// The names of the phases: requests that say where they want to go; requests that do not.
inline constexpr const char* phase_asked = "by header and cookie";
inline constexpr const char* phase_weight = "by weight";

std::vector<Field> fields();
std::vector<KeyRule> rules();
void review(const Params& params, Errors& errors);
std::vector<Cause> causes();

/// The trait that says what decides first.
inline constexpr const char* precedence = "canary.precedence";
std::string to_string(First first);  ///< the trait's value: "header, cookie, weight"

Plan read_plan(const Params& params, const Subject& subject);
/// How often each Ask is sent: if it were decided by weight, one would go astray with the subject's
/// power. From 24 to 500; without a weight as for 10 %.
std::uint32_t times_asked(const Plan& plan, double power);
/// How far the share may be off before it is caught: `detect`, less where the share has no room.
double least_effect(const Plan& plan);
/// Whether chance decides: the weight is neither nothing nor all.
bool by_chance(const Plan& plan);
/// What it takes to tell the weight from one that is off by least_effect().
std::uint64_t requests_by_weight(const Plan& plan, const Subject& subject);

/// No request has a cookie of affinity: a client that has one stays where it is (ingress-nginx's
/// balancer.lua asks for affinity before anything else), which is no fault of the canary.
Traffic ask(const Plan& plan, const Subject& subject);
/// Each request over a connection of its own, so that it makes no difference what is balanced.
Traffic send_by_weight(const Plan& plan, const Subject& subject);

}  // namespace ingress_check::canary
