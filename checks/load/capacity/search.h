// The search for the highest rate at which the limits hold: what was learnt so far, and which rate
// to try next. Nothing is kept between steps: all of it is read again from the evidence.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checks/check.h"
#include "checks/latency_limits.h"

namespace ingress_check::capacity {

struct Plan {
  Place place;  ///< of what is asked
  Request request;
  Statuses status;  ///< of a good answer
  std::vector<LoadLimit> limits;
  double errors = 0;  ///< share that may fail
  double from = 0, to = 0;
  std::optional<double> at_least;
  Place at_least_place;
  Duration step{}, warm_up{};  ///< of each rate
  Spacing spacing = Spacing::even;
};

Plan read_plan(const Params& params, const Target& target);

/// What one rate showed, tried once, or twice where once left it open.
struct Trial {
  enum class Outcome {
    held,    ///< every limit, with its whole interval
    broken,  ///< a limit, with its whole interval, or more errors than may be
    open,    ///< neither is certain, also not of both tries together
    late,    ///< the generator could not send it on time, twice
  };
  double rate = 0;
  Outcome outcome = Outcome::open;
  std::vector<const Evidence*> phases;  ///< those whose generator was on time; else the last
  std::vector<Percentile> percentiles;  ///< of plan.limits, in that order; of `max` the longest
  double error_share = 0, achieved = 0;
  std::string why;  ///< what was broken, open or late: "p99 61ms (58ms to 66ms ...)"
};

/// All trials so far in the order in which they were made, and the next rate to try.
struct Search {
  std::vector<Trial> trials;
  double held = 0;                 ///< highest rate with all limits held below the first that
                                   ///< did not; 0: none
  std::optional<double> not_held;  ///< lowest rate that did not hold
  bool late = false;               ///< the generator ended it
  std::optional<double> next;      ///< none: it is over
  bool cut_short = false;          ///< every phase that a check may have was used
  bool again = false;              ///< `next` is tried for the second time

  const Trial* at(double rate) const;
};

/// Rates grow by a factor from `from` to `to` until one does not hold; then what is between that
/// and the last that held is halved, by ratio, until they are within a tenth of each other.
Search search(const Plan& plan, std::span<const Evidence> so_far);

/// The rates of the growing part, and the most of the halving part.
std::vector<double> growing(const Plan& plan);
std::size_t most_halvings(const Plan& plan);

/// The load of one rate.
Traffic traffic(const Plan& plan, double rate, bool again, const Subject& subject);

Verdict conclude(const Check& check, const Plan& plan, const Search& done);

std::vector<Cause> causes();

}  // namespace ingress_check::capacity
