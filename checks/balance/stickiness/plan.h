// The words of stickiness, and the traffic that they ask for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checks/check.h"
#include "checks/expectation.h"

namespace ingress_check::stickiness {

struct Plan {
  Request request;
  Place place;  ///< of what is sent
  std::string cookie;
  Place cookie_place;
  bool cookie_guessed = false;  ///< the name is that of a controller which is only guessed
  std::optional<Stated<std::int64_t>> pods;
  std::uint32_t clients = 0, requests = 0;  ///< each client sends so many
  std::optional<Stated<bool>> http_only, secure;
  std::optional<Stated<std::string>> same_site, path, set;
  std::optional<Stated<Duration>> max_age;
  std::optional<Stated<Event>> loses_pod;  ///< what takes a pod away, and brings it back
  Duration loses_settle{};  ///< after it, until clients must be answered by another one
  Duration loses_for{};     ///< how long clients ask meanwhile
};

/// The names of the phases: single exchanges that are looked at; clients in numbers.
inline constexpr const char* phase_cookie = "the cookie";
inline constexpr const char* phase_clients = "clients";
inline constexpr const char* phase_loss = "a pod goes away";

/// Which request of phase_cookie is which.
enum Asked : std::size_t { asked_first, asked_again, asked_without, asked_forged };
inline constexpr std::uint32_t times_without = 24;  ///< all at one of two pods by chance: 2^-23

std::vector<Field> fields();
void review(const Params& params, Errors& errors);
Plan read_plan(const Params& params, const Subject& subject);
Traffic ask_for_cookie(const Plan& plan);
Traffic send_clients(const Plan& plan, const Subject& subject);
/// Clients ask in turn, at a steady rate, while the command runs.
Traffic lose_pod(const Plan& plan, const Subject& subject);
std::vector<Cause> causes();

}  // namespace ingress_check::stickiness
