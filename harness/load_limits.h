// What the system lets a load have, asked before anything is sent: descriptors, local ports,
// memory.
#pragma once

#include <cstdint>

#include "harness/load.h"
#include "harness/system_limits.h"
#include "scenarios/error.h"

namespace ingress_check {

/// Samples of one phase that are kept, at most; beyond them there are only summaries.
inline constexpr std::uint64_t most_samples = 1'000'000;

/// Connections that a load may have open at the same time.
std::uint64_t connections_of(const Load& load);

/// Bytes that the samples of a load take, 0 if it keeps none.
std::uint64_t sample_bytes(const Load& load);

/// Bytes that a load takes on so many cores, about: samples, histograms, connections.
std::uint64_t bytes_of(const Load& load, unsigned cores);

/// Whether the load fits. The Error says what it needs, what there is, and the command that raises
/// it. `destinations`: to how many different IP:port it goes; to each, one source address has no
/// more connections than there are local ports.
Result<void> fits(const Load& load, const SystemLimits& limits, std::size_t destinations = 1);

}  // namespace ingress_check
