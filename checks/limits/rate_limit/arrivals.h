// The requests of a storm as a limiter met them: when each may have reached it, and what became of
// it.
#pragma once

#include <map>
#include <vector>

#include "harness/load_reply.h"
#include "scenarios/units.h"

namespace ingress_check::rate_limit {

struct Arrival {
  double from = 0, to = 0;  ///< seconds from the begin of the phase: it arrived within
  enum class Fate {
    accepted,
    refused,
    unknown,  ///< no whole answer, or a failure of the application: it may have been counted
  } fate = Fate::accepted;
};

/// Statuses with which ingresses refuse what is above a limit: ingress-nginx and Contour document
/// 503 and 429, HAProxy Technologies 403; 509 and 529 are seen at balancers. And `configured`.
bool refuses(int status, const Statuses& configured);

/// In order of `from`. A limiter's clock may be coarse: each may have arrived 2 ms before it was
/// sent and 2 ms after its answer was there.
std::vector<Arrival> arrivals(const LoadReply& reply, const Statuses& configured);

/// Refusals by status.
std::map<int, std::uint64_t> refusals(const LoadReply& reply, const Statuses& configured);

std::size_t count(const std::vector<Arrival>& arrivals, Arrival::Fate fate);

}  // namespace ingress_check::rate_limit
