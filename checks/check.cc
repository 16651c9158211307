#include "checks/check.h"

#include <fmt/format.h>

#include <cstdlib>

namespace ingress_check {

const Cause& Check::cause(std::string_view id) const {
  for (const auto& cause : causes)
    if (cause.id == id) return cause;
  fmt::print(stderr, "bug: the check {} names the cause {}, which it does not list\n", words.name,
             id);
  std::abort();
}

const Check* find_check(std::string_view name) {
  for (const auto* check : all_checks())
    if (check->words.name == name) return check;
  return nullptr;
}

const Evidence* phase(std::span<const Evidence> so_far, std::string_view name) {
  for (const auto& evidence : so_far)
    if (evidence.traffic.name == name) return &evidence;
  return nullptr;
}

}  // namespace ingress_check
