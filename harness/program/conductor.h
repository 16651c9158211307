// Sends phases with what is to happen while they go on.
#pragma once

#include <string>
#include <vector>

#include "harness/sender.h"

namespace ingress_check {

/// Passes phases on to another Sender and runs their events meanwhile. They are undone before
/// send() returns, however the phase ended.
class Conductor : public Sender {
 public:
  /// `hidden`: names of variables that hold secrets, which commands do not see.
  Conductor(Sender& sender, std::vector<std::string> hidden)
      : sender_(sender), hidden_(std::move(hidden)) {}
  Result<Evidence> send(const Target& target, const Traffic& traffic, Watch& watch) override;

 private:
  Sender& sender_;
  std::vector<std::string> hidden_;
};

}  // namespace ingress_check
