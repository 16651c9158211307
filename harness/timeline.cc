#include "harness/timeline.h"

#include <algorithm>
#include <utility>

#include "harness/reply_sum.h"

namespace ingress_check {
namespace {

bool empty(const SecondReply& second) { return second.due == 0 && second.done == 0; }

}  // namespace

Timeline::Timeline(Duration lasts) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(lasts).count();
  seconds_.reserve(most);
  seconds_.resize(std::clamp<std::size_t>(static_cast<std::size_t>(seconds) + 1, 1, most));
  for (SecondReply& second : seconds_) second.response.reserve();
}

SecondReply& Timeline::grown(Duration since) {
  const auto index = [&] { return static_cast<std::size_t>(since.count() / slice_.count()); };
  while (index() >= most) fold();
  if (index() >= seconds_.size()) seconds_.resize(index() + 1);
  return seconds_[index()];
}

/// Half as many slices, twice as long.
void Timeline::fold() {
  for (std::size_t i = 1; i < seconds_.size(); ++i)
    if (i % 2 == 0)
      seconds_[i / 2] = std::exchange(seconds_[i], {});
    else
      add(seconds_[i / 2], seconds_[i]);
  seconds_.resize((seconds_.size() + 1) / 2);
  slice_ *= 2;
}

void Timeline::merge(Timeline& other) {
  while (slice_ < other.slice_) fold();
  while (other.slice_ < slice_) other.fold();
  if (seconds_.size() < other.seconds_.size()) seconds_.resize(other.seconds_.size());
  for (std::size_t i = 0; i < other.seconds_.size(); ++i) add(seconds_[i], other.seconds_[i]);
}

std::vector<SecondReply> Timeline::take() {
  while (!seconds_.empty() && empty(seconds_.back())) seconds_.pop_back();
  return std::move(seconds_);
}

}  // namespace ingress_check
