// What `plan` says about the loads of a check.
#pragma once

#include <string>
#include <vector>

#include "harness/sender.h"

namespace ingress_check {

/// "load steady: at most 15,000 requests, 500/s at its peak, 30s, 64 connections; samples take
/// 840kB".
std::string plan_of_load(const std::string& name, const Load& load);

/// Passes phases on and keeps a line about each that is a load.
class LoadNotes : public Sender {
 public:
  explicit LoadNotes(Sender& sender) : sender_(sender) {}
  Result<Evidence> send(const Target& target, const Traffic& traffic, Watch& watch) override;
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  Sender& sender_;
  std::vector<std::string> lines_;
};

}  // namespace ingress_check
