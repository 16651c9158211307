// A server that costs next to nothing, so that the client is what is measured, and that knows when
// each request came.
#pragma once

#include <cstddef>

namespace bench {

/// Answers every request on keep-alive connections with the same 299 bytes (150 of body), until a
/// signal ends it. With `pods` above 0 the answers name a pod and a service, as the preset
/// `echo` of --answered-by reads them: pod-0, pod-1 ... in turn.
/// Prints three ports, each on 127.0.0.1, a line each:
///   http      answers
///   silent    accepts, reads, never answers
///   control   whoever connects gets, as 64-bit numbers of this machine: the requests since the
///             last time, how many of them have a time (the first 4 million), and their arrivals
///             in ns of CLOCK_MONOTONIC
void run_server(std::size_t pods);

}  // namespace bench
