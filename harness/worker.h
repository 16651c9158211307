// One thread of the load engine: its schedule, its connections, its clients, its measurements. It
// owns all that it touches; other threads only stop it and read its progress.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "harness/pool.h"
#include "harness/recorder.h"

namespace ingress_check {

/// What a worker has done so far, for another thread to read.
struct Published {
  std::atomic<std::uint64_t> due{0}, done{0}, failed{0}, server_errors{0}, unprovoked{0},
      latency_ns{0};
};

class Worker final : public LaneHost {
 public:
  /// Worker `index` of plan.threads. The plan outlives it.
  Worker(const LoadPlan& plan, std::uint32_t index);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();

  /// Everything that can fail: the loop, TLS contexts, lanes. On any thread, before the others.
  Result<void> set_up();
  /// On its own thread: opens the connections of the begin, and waits until they stand or failed.
  void open_connections();
  /// On its own thread: sends from `begin` on, until all is over or stop() was called.
  void run(Instant begin);
  /// From any thread: what is under way or waiting is then unfinished.
  void stop();

  const Published& published() const { return published_; }
  Recorder& recorder() { return recorder_; }
  /// In the time of run(): of a core, and share of the time that it was ready but did not run.
  double cpu() const { return cpu_; }
  double run_queue() const { return run_queue_; }
  bool spoke_http2() const;

  void ended(Lane& lane, Flight& flight, Outcome outcome) override;
  void returned(Lane& lane, Flight& flight) override;
  void opened(Lane& lane, bool stands) override;
  void unflushed(Lane& lane) override;
  void closed(Lane& lane) override;

 private:
  struct SlotTimer final : Timer {
    explicit SlotTimer(Worker& owner) : worker(owner) {}
    void on_due(Instant now) override { worker.take_slots(now); }
    Worker& worker;
  };
  struct Tick final : Timer {
    explicit Tick(Worker& owner) : worker(owner) {}
    void on_due(Instant now) override { worker.tick(now); }
    Worker& worker;
  };

  Result<void> set_up_pool(std::size_t origin);
  Lane& add_lane(Pool& pool);
  void add_clients(Pool& pool);
  void open_some(Pool& pool, std::size_t at_most);

  // Open loop.
  void take_slots(Instant now);
  void take(std::uint64_t slot, Instant due, Instant now);
  void arm_slots();
  void drain(Pool& pool);
  // Closed loop.
  void begin_closed(Instant now);
  void ramp(Instant now);
  bool next_of(Lane& lane, LoadClient* client, Instant now);
  // Both.
  Lane* acquire(Pool& pool, LoadClient*& client);
  void launch(Lane& lane, LoadClient* client, const Waiting& what);
  Waiting land(Flight& flight);
  void again(Lane& lane, Flight& flight);
  void release(Lane& lane, LoadClient* client, bool failed);
  bool take_waiting(Lane& lane, LoadClient* client);
  static Lane* lane_of(LoadClient& client);
  void rest(Lane& lane, LoadClient* client, Instant now);
  void list(Lane& lane, LoadClient* client);
  void tick(Instant now);
  void check_timeouts(Instant now);
  void drop_expired(Pool& pool, Instant now);
  void wake_resting(Instant now);
  void settle();
  bool over() const;
  void finish();
  void publish();
  Pool& pool_for(std::uint32_t request) { return *pools_[plan_.requests[request].origin]; }
  Duration tick_every() const;

  const LoadPlan& plan_;
  const std::uint32_t index_;
  Reader reader_;
  Recorder recorder_;
  std::vector<std::unique_ptr<Pool>> pools_;
  std::vector<std::unique_ptr<LoadClient>> clients_;
  std::vector<std::unique_ptr<Flight>> flights_;  ///< all that ever were under way at once
  std::vector<Flight*> idle_flights_;
  std::size_t under_way_ = 0;
  std::vector<Lane*> dirty_, flushing_, resting_;
  SlotTimer slot_timer_{*this};
  Tick tick_{*this};
  std::unique_ptr<Slots> slots_;
  Instant begin_{}, end_{};
  std::uint64_t budget_ = 0;       ///< closed loop: requests that may still begin
  std::uint64_t closed_slot_ = 0;  ///< closed loop: number of the next request
  std::size_t ramped_ = 0;         ///< closed loop: lanes (clients) that have begun
  std::size_t opening_ = 0;        ///< connections that are being opened before the begin
  bool running_ = false;
  std::atomic<bool> stopped_{false};
  Published published_;
  double cpu_ = 0, run_queue_ = 0;
};

}  // namespace ingress_check
