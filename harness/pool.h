// The lanes of one worker that go to one origin, and what they share.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "harness/lane.h"

namespace ingress_check {

/// A queue of lanes or clients that are free, first in, first out; allocates up front.
template <class T>
class FreeList {
 public:
  void reserve(std::size_t size) { ring_.resize(size + 1); }
  bool empty() const { return head_ == tail_; }
  void push(T* item) {
    ring_[tail_] = item;
    tail_ = tail_ + 1 == ring_.size() ? 0 : tail_ + 1;
  }
  T* pop() {
    if (empty()) return nullptr;
    T* item = ring_[head_];
    head_ = head_ + 1 == ring_.size() ? 0 : head_ + 1;
    return item;
  }

 private:
  std::vector<T*> ring_ = std::vector<T*>(1);
  std::size_t head_ = 0, tail_ = 0;
};

/// A request that is due and waits for a free lane.
struct Waiting {
  std::uint64_t slot = 0;
  Instant due{};
  std::uint32_t request = 0;
  std::uint8_t repeats = 0;
  LoadClient* client = nullptr;  ///< of one that is sent again; null: any
};

struct Pool {
  const LoadPlan* plan = nullptr;
  const Origin* origin = nullptr;
  std::size_t index = 0;  ///< of the origin
  ContextPtr tls;         ///< for https
  SessionPtr session;     ///< the last one that a server gave, where sessions are resumed
  std::vector<std::unique_ptr<Lane>> lanes;
  std::size_t most = 0;  ///< lanes
  FreeList<Lane> ready;
  std::vector<Lane*> closed;  ///< free, without a connection
  FreeList<LoadClient> clients;
  std::deque<Waiting> backlog;
  Instant free_since{};          ///< since when something has been free; epoch: nothing is
  std::size_t next_address = 0;  ///< of the origin's
};

/// A context as workers need it: verification as the target says, records read ahead, memory given
/// back between requests. Errors: what OpenSSL cannot do.
Result<ContextPtr> make_load_context(const LoadPlan& plan, const Origin& origin, Pool& pool);

}  // namespace ingress_check
