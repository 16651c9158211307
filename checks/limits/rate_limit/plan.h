// The words of rate-limit, and the traffic that they ask for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checks/check.h"
#include "checks/expectation.h"

namespace ingress_check::rate_limit {

/// Where a value comes from that the user did not write.
enum class Known {
  stated,   ///< the user's word, or a fact of a profile that the user named
  guessed,  ///< of a profile that was guessed, or not confirmed: it never fails the check
  no,       ///< nobody says
};

struct Plan {
  Place place;  ///< of what is asked for
  Request request;
  Stated<Rate> limit;
  double burst =
      0;  ///< requests at once besides the first; not known: what ingress-nginx would have
  Known burst_known = Known::no;
  Place burst_place;
  Statuses status;  ///< of a refusal
  Known status_known = Known::no;
  Place status_place;
  bool is_bucket = false;  ///< a profile that the user named says so; else a window may be meant
  std::int64_t replicas = 1;
  Place replicas_place;
  std::vector<Stated<std::string>> also;  ///< other paths under the same limit
  std::optional<Stated<Url>> other_url;
  std::optional<Stated<std::string>> other_address;

  double rate() const { return limit.value.per_second; }
  double capacity() const { return burst + 1; }
  Duration refill() const;  ///< until a drained bucket is as after a pause
  /// How long nothing is sent before recovery: until a bucket as stated is empty, at most 5 s.
  Duration pause() const;
};

std::vector<Field> fields();
std::vector<KeyRule> rules();
void review(const Params& params, Errors& errors);

Plan read_plan(const Params& params, const Subject& subject);

/// The names of the phases.
inline constexpr const char* phase_once = "once";
inline constexpr const char* phase_calm = "calm";
inline constexpr const char* phase_storm = "storm";
inline constexpr const char* phase_recovery = "recovery";
inline constexpr const char* phase_forged = "forged";
inline constexpr const char* phase_other_client = "other-client";
inline constexpr const char* phase_other_ingress = "other-ingress";
inline constexpr const char* phase_one_connection = "one-connection";
std::string phase_also(std::size_t index);  ///< of Plan::also
inline constexpr std::size_t most_also = 8;

/// How many requests pass at once after the pause at least.
double recovered(const Plan& plan);

/// The traffic of that phase.
Traffic traffic(const Plan& plan, std::string_view phase, const Subject& subject);

}  // namespace ingress_check::rate_limit
