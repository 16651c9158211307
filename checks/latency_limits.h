// The words that limit latencies, shared by the checks that send loads.
#pragma once

#include <vector>

#include "checks/load_reading.h"
#include "scenarios/fields.h"

namespace ingress_check {

struct LoadLimit {
  std::string word;     ///< "p99.9", "max"
  double quantile = 1;  ///< 1: the longest that was seen
  Duration most{};
  Place place;
};

/// p50 to p99.99, and max.
std::vector<Field> limit_fields();
std::vector<LoadLimit> read_limits(const Object& words);

/// Limits that so many requests, sent in that time, can never show to be kept. `rate`: the one that
/// the user wrote; 0: none.
void review_limits(const Object& words, double requests, Duration lasts, double rate,
                   Errors& errors);

/// How late the generator may be without harm to a claim about these limits: a tenth of the lowest
/// limit on a p99 or beyond, or else of the lowest at all; from 1 ms to 1 s.
Duration lateness_for(const std::vector<LoadLimit>& limits);

}  // namespace ingress_check
