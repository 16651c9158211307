// What a run has left behind at its targets: when anything was last sent there, and what earlier
// phases left that is not over. So that a bucket drained by one check does not spoil the next.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>

#include "harness/socket.h"
#include "harness/traffic.h"

namespace ingress_check {

/// For one run and one thread. Places are whatever tells one target from another (an IP): all that
/// is sent to one place counts, whichever host it names, since nobody outside can tell which hosts
/// share a limit.
class Footprints {
 public:
  struct Turn {
    Instant at{};     ///< not before `now`
    std::string why;  ///< what it waits for; empty: it need not wait
  };
  /// When a phase may begin that goes to these places.
  Turn turn(std::span<const std::string> places, const Traffic& traffic, Instant now) const;
  /// A phase went there and ended then, whatever became of it.
  void sent(std::span<const std::string> places, const Traffic& traffic, Instant ended);

 private:
  struct Place {
    Instant last{};                          ///< when anything was last sent
    std::optional<Instant> clean_from = {};  ///< when everything that was left is over
    std::string left = {};                   ///< what it is
  };
  std::map<std::string, Place, std::less<>> places_;
};

}  // namespace ingress_check
