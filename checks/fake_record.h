// What the simulated load keeps of its requests: a LoadReply as the engine makes one.
#pragma once

#include "checks/fake_load.h"

namespace ingress_check {

class FakeRecord {
 public:
  /// Both must outlive this.
  FakeRecord(const FakeLoad& how, const Load& load) : how_(how), load_(load) {}

  LoadReply reply;  ///< `requests` and `pods` are the caller's to fill before take()

  /// A request that was never sent.
  void drop(Duration due, std::size_t request);
  /// One that was, and how it ended.
  void take(const Sample& sample, const Exchange& exchange);
  /// The reply, of a phase that lasted so long with its warm-up.
  LoadReply conclude(Duration lasts);
  Duration last_done() const { return last_done_; }

 private:
  SecondReply& slice(Duration at);
  void count(const Sample& sample, const Exchange& exchange);

  const FakeLoad& how_;
  const Load& load_;
  std::vector<Sample> samples_;
  Duration last_done_{};
};

}  // namespace ingress_check
