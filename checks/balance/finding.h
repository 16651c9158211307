// A finding about one request that is sent many times.
#pragma once

#include <string>
#include <utility>

#include "checks/expectation.h"

namespace ingress_check {

inline Finding finding_of(const Request& request, const Place& place, std::string expected,
                          std::string actual) {
  Finding finding;
  finding.place = place;
  finding.subject = describe(request);
  finding.expected = std::move(expected);
  finding.actual = std::move(actual);
  finding.request = request;
  return finding;
}

}  // namespace ingress_check
