// Raw samples of a load in a file: one line a request, in order of when it was due.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "harness/load_reply.h"
#include "reports/format.h"

namespace ingress_check {

/// CSV if `path` ends in ".csv", else JSON, one object a line. Times are microseconds from the
/// begin of the phase, with decimals; what was not reached is empty, or null. Requests that were
/// dropped have no sample.
Result<void> write_samples(const std::string& path, const LoadReply& reply);

/// The lines themselves, with the header line of CSV, in pieces.
void sample_lines(const LoadReply& reply, bool csv, const Sink& sink);

}  // namespace ingress_check
