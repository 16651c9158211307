#include "checks/pod_names.h"

#include <algorithm>

namespace ingress_check {

namespace {

/// What Kubernetes draws names from: no vowels, no 0, 1 and 3.
bool drawn(std::string_view text, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most &&
         text.find_first_not_of("bcdfghjklmnpqrstvwxz2456789") == text.npos;
}

bool number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

}  // namespace

bool pod_of_namesake(std::string_view pod, std::string_view service) {
  if (pod == service) return true;
  if (service.empty() || !pod.starts_with(service)) return false;
  auto rest = pod.substr(service.size());
  if (!rest.starts_with('-')) return false;
  rest.remove_prefix(1);
  const auto dash = rest.find('-');
  if (dash != rest.npos)
    return drawn(rest.substr(0, dash), 6, 10) && drawn(rest.substr(dash + 1), 5, 5);
  const bool letter = rest.size() == 1 && rest.front() >= 'a' && rest.front() <= 'z';
  return letter || number(rest) || drawn(rest, 5, 5);
}

}  // namespace ingress_check
