// How a phase went, slice by slice: of a second each, or of 2, 4, ... where it is long.
#pragma once

#include <vector>

#include "harness/load_reply.h"

namespace ingress_check {

class Timeline {
 public:
  static constexpr std::size_t most = 600;  ///< slices: 10 minutes in seconds

  /// Takes memory for a phase of about so long.
  explicit Timeline(Duration lasts);

  /// The slice of a time since the begin of the phase; below 0 is the first. Valid until the next
  /// call.
  SecondReply& at(Duration since) {
    const auto index = since <= Duration::zero()
                           ? std::size_t{0}
                           : static_cast<std::size_t>(since.count() / slice_.count());
    return index < seconds_.size() ? seconds_[index] : grown(since);
  }
  /// As if everything had been noted here; `other` may be folded.
  void merge(Timeline& other);

  Duration slice() const { return slice_; }
  /// Without the empty ones at the end.
  std::vector<SecondReply> take();

 private:
  SecondReply& grown(Duration since);
  void fold();

  Duration slice_ = std::chrono::seconds(1);
  std::vector<SecondReply> seconds_;
};

}  // namespace ingress_check
