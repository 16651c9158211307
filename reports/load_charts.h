// What phases of load measured, as charts. Pure functions.
#pragma once

#include <vector>

#include "reports/chart.h"
#include "reports/report.h"

namespace ingress_check {

/// Response time, service time and send delay by percentile, on a logarithmic axis of 1/(1 - p), up
/// to the slowest of all.
Chart percentile_chart(const LoadPhase& phase);

/// The response times of several phases by percentile, the first six.
Chart phases_chart(const std::vector<LoadPhase>& phases);

/// The same of one phase on several sides, each under the side's name.
Chart overlaid_chart(const std::vector<std::pair<std::string, const LoadPhase*>>& sides);

/// Rate, failures and percentiles of the response time, slice by slice, all phases on one time
/// axis. A phase's last slice is not whole: its rate is left out.
Chart timeline_chart(const std::vector<LoadPhase>& phases);

/// p50 and p99 over the rate that was offered; of open loops.
Chart rate_chart(const std::vector<LoadPhase>& phases);
/// Whether there are three rates or more to draw it of.
bool has_rates(const std::vector<LoadPhase>& phases);

/// Who answered how much, the most first, with a line at an even split.
Bars pods_chart(const LoadReply& reply);
/// Whether the answers named anybody.
bool names_pods(const LoadReply& reply);

}  // namespace ingress_check
