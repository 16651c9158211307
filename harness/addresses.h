// Where new connections of a load go: read by its workers, replaced while they work.
#pragma once

#include <atomic>
#include <deque>
#include <string>
#include <vector>

#include "harness/socket.h"

namespace ingress_check {

/// A set of addresses that may be replaced as a whole. What was read once stays valid, and as it
/// is, as long as this lives. now() from any thread; all else from one.
class Addresses {
 public:
  explicit Addresses(Candidates first = {}) { replace(std::move(first)); }
  Addresses(const Addresses&) = delete;
  Addresses& operator=(const Addresses&) = delete;

  const Candidates& now() const { return *now_.load(std::memory_order_acquire); }
  /// From the next now() on. A set that was there before is taken out again instead of kept twice:
  /// a name whose answers go in turn takes no more memory than there are answers.
  void replace(Candidates next);
  /// All addresses that there ever were, each once, as text.
  std::vector<std::string> ever() const;

 private:
  std::deque<Candidates> sets_;
  std::atomic<const Candidates*> now_{nullptr};
};

}  // namespace ingress_check
