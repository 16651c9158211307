// What the command `load` says about what it measured. It does not judge the target.
#pragma once

#include <optional>
#include <string>

#include "checks/verdict.h"
#include "harness/evidence.h"

namespace ingress_check {

/// Pass: something was answered, whatever its status. Inconclusive: nothing was, or the generator
/// was late or saturated itself.
Verdict load_verdict(const LoadReply& reply);

/// Why no figures of the whole load are there ("interrupted after 3s"); empty: it is complete.
std::string cut_short(const Evidence& evidence);

/// How the target is not there at all: no single answer, and nothing but failures to reach it. The
/// one that came most often; none: somebody is there.
std::optional<Outcome> absent(const LoadCounts& counts);

}  // namespace ingress_check
