#include "harness/load_limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "harness/load_reply.h"

namespace ingress_check {
namespace {

/// Of each thread: its event loop, timers, a name lookup.
constexpr std::uint64_t descriptors_a_thread = 8;
/// A connection with its buffers and the kernel's socket; over TLS also OpenSSL's state.
constexpr std::uint64_t bytes_a_connection = 8 << 10, bytes_a_tls_connection = 64 << 10;
/// Histograms of a thread: eight totals; and pods and seconds, of which there are at most so many.
constexpr std::uint64_t total_histograms = 8, most_part_histograms = 1024;
/// Ports from 1024 on: what the range can be raised to.
constexpr std::uint32_t most_ports = 64512;

unsigned threads_of(const Load& load, unsigned cores) {
  if (load.threads > 0) return load.threads;
  return static_cast<unsigned>(std::min<std::uint64_t>(cores, connections_of(load)));
}

Result<void> descriptors(const Load& load, const SystemLimits& limits) {
  const std::uint64_t needed =
      connections_of(load) + limits.open + descriptors_a_thread * threads_of(load, limits.cores);
  if (limits.descriptors == 0 || needed <= limits.descriptors) return {};
  return cannot(
      fmt::format("{} connections need {} file descriptors, but this process may have {}",
                  connections_of(load), needed, limits.descriptors),
      fmt::format("as root `ulimit -n {}` in the shell that starts it (a container: docker run "
                  "--ulimit nofile={}), or fewer connections",
                  std::max<std::uint64_t>(65536, std::bit_ceil(needed)),
                  std::max<std::uint64_t>(65536, std::bit_ceil(needed))));
}

Result<void> ports(const Load& load, const SystemLimits& limits, std::uint64_t destinations) {
  const std::uint64_t sources = std::max<std::size_t>(1, load.clients.source_addresses.size());
  const std::uint64_t pairs = sources * std::max<std::uint64_t>(1, destinations);
  const std::uint64_t needed = (connections_of(load) + pairs - 1) / pairs;
  if (limits.ports == 0 || needed <= limits.ports) return {};
  const auto more_sources = [&](std::uint64_t each) {
    return fmt::format("{} source addresses", (needed * sources + each - 1) / each);
  };
  std::string hint = "`sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\"`";
  if (limits.ports >= most_ports)
    hint = more_sources(limits.ports);
  else if (needed <= most_ports)
    hint += " as root, or " + more_sources(limits.ports);
  else
    hint += " as root, and " + more_sources(most_ports);
  return cannot(fmt::format("{} connections to {} need {} local ports for each source address, but "
                            "there are {}",
                            connections_of(load),
                            destinations > 1 ? fmt::format("{} addresses", destinations)
                                             : std::string("one address"),
                            needed, limits.ports),
                hint + ", or fewer connections");
}

Result<void> memory(const Load& load, const SystemLimits& limits) {
  const std::uint64_t needed = bytes_of(load, limits.cores);
  if (limits.memory == 0 || needed <= limits.memory) return {};
  const std::uint64_t samples = sample_bytes(load);
  return cannot(fmt::format("the load needs about {} of memory, {} of it for samples, but {} are "
                            "left",
                            to_string(Size{needed}), to_string(Size{samples}),
                            to_string(Size{limits.memory})),
                samples > needed / 2
                    ? "without samples, or raise the memory limit (docker run --memory)"
                    : "fewer connections, or raise the memory limit (docker run --memory)");
}

}  // namespace

std::uint64_t connections_of(const Load& load) {
  if (load.clients.count > 0)
    return std::uint64_t{load.clients.count} * std::max(1u, load.clients.connections);
  const bool open = std::holds_alternative<OpenLoop>(load.arrivals);
  return std::max(load.connections.count, open ? load.connections.most : 0);
}

std::uint64_t sample_bytes(const Load& load) {
  return load.samples ? std::min(load.count(), most_samples) * sizeof(Sample) : 0;
}

std::uint64_t bytes_of(const Load& load, unsigned cores) {
  const bool tls = std::ranges::any_of(
      load.requests, [](const LoadRequest& one) { return one.request.url.https; });
  const std::uint64_t connection =
      (tls ? bytes_a_tls_connection : bytes_a_connection) + load.body_limit;
  const std::uint64_t histograms =
      total_histograms * total_buckets().size() * sizeof(std::uint64_t) +
      most_part_histograms * part_buckets().size() * sizeof(std::uint32_t);
  return sample_bytes(load) + connections_of(load) * connection +
         threads_of(load, cores) * histograms;
}

Result<void> fits(const Load& load, const SystemLimits& limits, std::size_t destinations) {
  if (auto enough = descriptors(load, limits); !enough) return enough;
  if (auto enough = ports(load, limits, destinations); !enough) return enough;
  return memory(load, limits);
}

}  // namespace ingress_check
