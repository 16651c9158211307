// What a thread of the engine waits for: descriptors, instants, and a request to stop. The kernel's
// way of waiting is hidden (event_loop_epoll.cc), so that another can stand beside it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "harness/socket.h"
#include "scenarios/error.h"

namespace ingress_check {

/// What a descriptor is ready for.
struct Readiness {
  bool readable = false;  ///< bytes, a connection to accept, or the peer's end
  bool writable = false;
  bool failed = false;  ///< an error or a hang-up: it stays so until the descriptor is removed
};

/// Something with a descriptor that hears when it is ready. Its owner keeps it alive, and the
/// descriptor open, from add() to remove().
class Watched {
 public:
  virtual void on_ready(Readiness what) = 0;

 protected:
  Watched() = default;
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  ~Watched() = default;

 private:
  friend class EventLoop;
  int fd_ = -1;
  int place_ = -1;  ///< in the batch that is being told; -1: not in it
  bool writing_ = false;
};

/// Something that hears when its instant has come. Its owner keeps it alive while it is armed.
class Timer {
 public:
  /// `now` is the loop's: at or after the instant it was armed for. It may be armed again.
  virtual void on_due(Instant now) = 0;
  bool armed() const { return place_ != -1; }

 protected:
  Timer() = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() = default;

 private:
  friend class EventLoop;
  int place_ = -1;  ///< in the heap; -1: not armed; -2 and below: among those to be told now
};

/// What the loop did.
struct LoopCounts {
  std::uint64_t waits = 0;          ///< calls that wait, polls of a spin included
  std::uint64_t idle = 0;           ///< of these: nothing was ready and no timer due
  std::uint64_t ready = 0;          ///< descriptors told
  std::uint64_t due = 0;            ///< timers told
  std::uint64_t registrations = 0;  ///< calls that add, change or remove a descriptor
};

/// One thread's loop: created anywhere, used by one thread; only stop() may come from others.
/// Allocates when more timers are armed than ever before, and never else. Callbacks may add,
/// remove, arm and disarm anything, themselves included; what was removed is told nothing more.
class EventLoop {
 public:
  /// `timers`: how many are armed at once without allocating. Errors: no descriptors left.
  static Result<std::unique_ptr<EventLoop>> create(std::size_t timers = 64);
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  /// Listens for reading until remove(); for writing also, while want_write() says so. `writing`:
  /// from the start (a connect under way). Errors: the kernel's limit of watches.
  Result<void> add(Watched& watched, int fd, bool writing = false);
  /// After a write that found no room, and off again when all is written. Free if it is so already.
  void want_write(Watched& watched, bool wanted);
  /// Before the descriptor is closed. Nothing happens if it was not added.
  void remove(Watched& watched);

  /// Tells `timer` once, at the first turn at or after `due`; the past is allowed. Arming again
  /// moves it. Timers of one instant are told in the order of arming.
  void arm(Timer& timer, Instant due);
  void disarm(Timer& timer);
  /// Polls instead of sleeping when the next timer is this near, 0 to 1 ms: burns CPU, saves the
  /// time that waking up takes. 0, as at first: never.
  void spin_before_timers(Duration lead) { lead_ = lead; }

  /// Waits until something is ready or due, but not beyond `latest`, and tells it: timers first,
  /// each at most once, then at most 64 descriptors. False if stop() was called: then nothing more
  /// is told, by this turn and all later ones.
  bool turn(Instant latest = Instant::max());
  /// Turns until stop().
  void run() {
    while (turn()) continue;
  }
  /// From any thread and from signal handlers: the loop stops within a turn.
  void stop();

  /// When the last wait ended.
  Instant now() const { return now_; }
  const LoopCounts& counts() const { return counts_; }
  /// False: the kernel is older than 5.11, and timers come up to 1 ms late.
  bool precise() const;

 private:
  static constexpr std::size_t kBatch = 64;
  struct Event {
    Watched* watched;  ///< null: removed since
    Readiness what;
  };
  struct Armed {
    Instant due;
    std::uint64_t order;
    Timer* timer;
    bool before(const Armed& other) const {
      return due != other.due ? due < other.due : order < other.order;
    }
  };
  struct Kernel;  ///< the seam: epoll's descriptors and buffers, or another interface's
  EventLoop(std::unique_ptr<Kernel> kernel, std::size_t timers);
  /// Fills `batch_` with what is ready within `patience`; sets `stopped_` if stop() was called.
  void wait(Duration patience);
  Duration patience(Instant latest) const;
  bool tell_timers();
  void tell_ready();
  void forget(Watched& watched);
  void place(std::size_t at, const Armed& armed);
  void rise(std::size_t at, const Armed& armed);
  void sink(std::size_t at, const Armed& armed);
  void take_out(std::size_t at);

  std::unique_ptr<Kernel> kernel_;
  std::array<Event, kBatch> batch_{};
  std::size_t ready_ = 0;  ///< of the batch
  std::vector<Armed> heap_;
  std::vector<Timer*> due_;  ///< to be told in this turn; null: disarmed since
  std::uint64_t armed_ever_ = 0;
  Instant now_;
  Duration lead_{0};
  LoopCounts counts_;
  bool stopped_ = false;
};

}  // namespace ingress_check
