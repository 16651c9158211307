// Waits before a phase until its target has been quiet for as long as the phase asks, and until
// what earlier phases left there is over; never longer.
#pragma once

#include <string>
#include <vector>

#include "harness/footprints.h"
#include "harness/sender.h"

namespace ingress_check {

/// Passes phases on to another Sender when their turn has come, and keeps in the run's footprints
/// what was sent where. A wait ends early when the watch says stop (then the phase is interrupted),
/// and is not begun if it would go beyond the watch's deadline (then it is out of time).
class Patience : public Sender {
 public:
  /// Both must outlive this.
  Patience(Sender& sender, Footprints& footprints) : sender_(sender), footprints_(footprints) {}
  Result<Evidence> send(const Target& target, const Traffic& traffic, Watch& watch) override;

 private:
  End wait(const Footprints::Turn& turn, Watch& watch);

  Sender& sender_;
  Footprints& footprints_;
};

/// The IPs that a phase goes to; the name where there is none. Looks names up.
std::vector<std::string> places(const Target& target, const Traffic& traffic, const Watch& watch);

}  // namespace ingress_check
