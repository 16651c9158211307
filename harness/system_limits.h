// What the kernel lets this process have.
#pragma once

#include <cstdint>
#include <string>

namespace ingress_check {

/// 0 of any of them: not known, and then nobody is held to it.
struct SystemLimits {
  std::uint64_t descriptors = 0;  ///< that may be open at the same time (RLIMIT_NOFILE)
  std::uint64_t open = 0;         ///< of these in use already
  std::uint32_t ports = 0;        ///< local ports that the kernel gives out (ip_local_port_range)
  std::uint64_t memory = 0;       ///< bytes that may still be taken, the cgroup's limit included
  unsigned cores = 1;
};

/// Reads them as they are now. `root` stands before /proc and /sys: for tests.
SystemLimits system_limits(const std::string& root = "");

/// Raises the soft limit of descriptors to the hard one, which needs no privilege.
void raise_descriptor_limit();

}  // namespace ingress_check
