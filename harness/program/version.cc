#include "harness/program/version.h"

#include <fmt/format.h>

#include <random>

namespace ingress_check {

std::string version() { return INGRESS_CHECK_VERSION; }

std::string new_run_id() {
  std::random_device random;
  return fmt::format("{:08x}{:04x}", random(), random() & 0xFFFF);
}

std::uint64_t new_seed() { return std::random_device()(); }

}  // namespace ingress_check
