// Routes under load: what of their expectations is judged on every response, and what that shows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checks/routing/routing/reading.h"

namespace ingress_check::routing {

inline constexpr const char* phase_under = "under load";

struct Under {
  double rate = 0;
  Duration lasts{};
  Place place;
};

/// The field `under`, and its mistakes.
Field under_field();
void review_under(const Params& params, Errors& errors);
std::optional<Under> read_under(const Params& params);

/// All routes in equal weights. Of an expectation those parts that a Match can judge and that the
/// answers so far tell.
Load load_under(const Under& under, const std::vector<Reading>& readings, const Subject& subject);

/// Adds to the verdict of the other phases what the load showed; without one why none was sent.
void conclude_under(const Check& check, const Under& under, const Subject& subject,
                    const std::vector<Reading>& readings, const Evidence* load, Verdict& verdict);

}  // namespace ingress_check::routing
