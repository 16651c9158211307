// Before the checks: is the target there, is it ready, and which controller answers.
#pragma once

#include "checks/check.h"
#include "harness/sender.h"
#include "reports/report.h"

namespace ingress_check {

/// One request to the target's own URL. An Error (exit 3) in words of its own for each way of not
/// being there: no address, no route, refused, no connection in time, no answer in time. Any answer
/// at all, also a broken one, is good enough.
Result<void> reach(const Target& target, Sender& sender, Watch& watch);

/// Waits until `ready` holds; an Error with the last answer if it does not in time, which is the
/// shorter of its own and the watch's. Takes the place of reach().
Result<void> wait_ready(const Target& target, const Ready& ready, Sender& sender, Watch& watch);

/// To how many addresses the target's name leads, at least 1.
std::size_t count_addresses(const Target& target, const Watch& watch);

/// The profile that the scenario names, its overrides applied, or the best guess from fingerprints.
struct Recognition {
  Profile profile;
  bool guessed = false;
  std::vector<std::string> because;
};
Result<Recognition> recognize(const Target& target, Sender& sender, Watch& watch);

}  // namespace ingress_check
