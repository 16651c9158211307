// Before the checks: is the target there, is it ready, and which controller answers.
#pragma once

#include <optional>

#include "checks/check.h"
#include "harness/sender.h"
#include "reports/report.h"

namespace ingress_check {

/// One request to the target's own URL. An Error (exit 3) in words of its own for each way of not
/// being there: no address, no route, refused, no connection in time, no answer in time. Any answer
/// at all, also a broken one, is good enough.
Result<void> reach(const Target& target, Sender& sender, Watch& watch);
/// The sentence for an exchange that shows that nobody is there; none if somebody is.
std::optional<Error> absence(const Target& target, const Exchange& exchange);
/// The same Errors for one connection to the target's URL, which is closed before a byte is sent.
/// Where addresses are more than one, the first that is there is good enough.
Result<void> knock(const Target& target, const Watch& watch);

/// Waits until `ready` holds; an Error with the last answer if it does not in time, which is the
/// shorter of its own and the watch's. Takes the place of reach().
Result<void> wait_ready(const Target& target, const Ready& ready, Sender& sender, Watch& watch);

/// Where a target's connections go, for people: "127.0.0.1:8080", "the address that DNS gives".
std::string describe(const std::vector<Redirection>& address);

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
