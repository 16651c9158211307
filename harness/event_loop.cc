// The part of the loop that no kernel interface changes: timers, and who is told what.
#include "harness/event_loop.h"

#include <algorithm>

namespace ingress_check {

void EventLoop::place(std::size_t at, const Armed& armed) {
  heap_[at] = armed;
  armed.timer->place_ = static_cast<int>(at);
}

void EventLoop::rise(std::size_t at, const Armed& armed) {
  for (; at > 0 && armed.before(heap_[(at - 1) / 2]); at = (at - 1) / 2)
    place(at, heap_[(at - 1) / 2]);
  place(at, armed);
}

void EventLoop::sink(std::size_t at, const Armed& armed) {
  for (std::size_t child = 2 * at + 1; child < heap_.size(); child = 2 * at + 1) {
    if (child + 1 < heap_.size() && heap_[child + 1].before(heap_[child])) ++child;
    if (!heap_[child].before(armed)) break;
    place(at, heap_[child]);
    at = child;
  }
  place(at, armed);
}

void EventLoop::take_out(std::size_t at) {
  heap_[at].timer->place_ = -1;
  const Armed last = heap_.back();
  heap_.pop_back();
  if (at == heap_.size()) return;
  if (at > 0 && last.before(heap_[(at - 1) / 2]))
    rise(at, last);
  else
    sink(at, last);
}

void EventLoop::arm(Timer& timer, Instant due) {
  const Armed armed{due, armed_ever_++, &timer};
  if (timer.place_ < -1) disarm(timer);
  if (!timer.armed()) {
    heap_.push_back(armed);
    due_.reserve(heap_.capacity());
    return rise(heap_.size() - 1, armed);
  }
  const auto at = static_cast<std::size_t>(timer.place_);
  if (armed.before(heap_[at]))
    rise(at, armed);
  else
    sink(at, armed);
}

void EventLoop::disarm(Timer& timer) {
  if (timer.place_ >= 0) return take_out(static_cast<std::size_t>(timer.place_));
  if (timer.place_ < -1) due_[static_cast<std::size_t>(-2 - timer.place_)] = nullptr;
  timer.place_ = -1;
}

/// What is in the batch and not told yet will not be.
void EventLoop::forget(Watched& watched) {
  if (watched.place_ >= 0) batch_[static_cast<std::size_t>(watched.place_)].watched = nullptr;
  watched.place_ = -1;
}

/// How long to wait: never negative (the kernel would wait for ever), never past the next timer.
Duration EventLoop::patience(Instant latest) const {
  const Instant next = heap_.empty() ? latest : std::min(latest, heap_.front().due);
  if (next == Instant::max()) return Duration::max();
  const Instant now = std::chrono::steady_clock::now();
  if (next <= now) return Duration::zero();
  const Duration left = next - now;
  const bool timed = !heap_.empty() && heap_.front().due == next;
  return timed && lead_ > Duration::zero() ? std::max(Duration::zero(), left - lead_) : left;
}

bool EventLoop::turn(Instant latest) {
  bool told = false;
  while (!stopped_ && !told) {
    wait(patience(latest));
    now_ = std::chrono::steady_clock::now();
    ++counts_.waits;
    if (stopped_) break;
    told = ready_ > 0;
    if (tell_timers()) told = true;
    if (!told) ++counts_.idle;
    tell_ready();
    if (now_ >= latest) break;
  }
  return !stopped_;
}

/// All that are due are taken out first: one that is armed again for the past, or a new one, waits
/// for the next turn, so that none keeps others or descriptors waiting.
bool EventLoop::tell_timers() {
  while (!heap_.empty() && heap_.front().due <= now_) {
    Timer* const timer = heap_.front().timer;
    take_out(0);
    timer->place_ = -2 - static_cast<int>(due_.size());
    due_.push_back(timer);
  }
  const bool any = !due_.empty();
  for (std::size_t i = 0; i < due_.size(); ++i) {
    if (!due_[i]) continue;
    due_[i]->place_ = -1;
    ++counts_.due;
    due_[i]->on_due(now_);
  }
  due_.clear();
  return any;
}

void EventLoop::tell_ready() {
  for (std::size_t i = 0; i < ready_; ++i) {
    Watched* const watched = batch_[i].watched;
    if (!watched) continue;
    watched->place_ = -1;
    ++counts_.ready;
    watched->on_ready(batch_[i].what);
  }
  ready_ = 0;
}

}  // namespace ingress_check
