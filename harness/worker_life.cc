// A worker from its set-up to its end.
#include <sys/resource.h>

#include <algorithm>
#include <fstream>

#include "harness/load_limits.h"
#include "harness/worker.h"

namespace ingress_check {
namespace {

/// Opened at once before a phase begins: a server's queue of new connections has an end (511 on
/// nginx), and what does not fit waits for a second.
constexpr std::size_t opened_at_once = 100;

/// Of this thread, in seconds: on a processor, and waiting for one (schedstat, second field, in
/// ns: Documentation/scheduler/sched-stats.rst).
struct ThreadTimes {
  double on = 0, waiting = 0;
};

ThreadTimes thread_times() {
  ThreadTimes times;
  rusage used{};
  getrusage(RUSAGE_THREAD, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  times.on = seconds(used.ru_utime) + seconds(used.ru_stime);
  std::ifstream file("/proc/thread-self/schedstat");
  double ran = 0, waited = 0;
  if (file >> ran >> waited) times.waiting = waited / 1e9;
  return times;
}

/// Of `total`, what falls to one of `parts`.
std::uint64_t part(std::uint64_t total, std::uint32_t parts, std::uint32_t index) {
  return total / parts + (index < total % parts ? 1 : 0);
}

}  // namespace

Worker::Worker(const LoadPlan& plan, std::uint32_t index)
    : plan_(plan),
      index_(index),
      reader_(plan),
      recorder_(plan, reader_, plan.load->samples ? most_samples / plan.threads : 0) {}

Worker::~Worker() {
  for (const auto& pool : pools_)
    for (const auto& lane : pool->lanes) lane->abandon();
}

Result<void> Worker::set_up() {
  auto loop = EventLoop::create();
  if (!loop) return tl::unexpected(loop.error());
  loop_ = *std::move(loop);
  for (std::size_t i = 0; i < plan_.origins.size(); ++i)
    if (auto made = set_up_pool(i); !made) return made;
  if (plan_.load->clients.count > 0) add_clients(*pools_[0]);
  return {};
}

Result<void> Worker::set_up_pool(std::size_t origin) {
  const Connections& wanted = plan_.load->connections;
  auto pool = std::make_unique<Pool>();
  pool->plan = &plan_;
  pool->origin = &plan_.origins[origin];
  pool->index = origin;
  if (pool->origin->https) {
    auto context = make_load_context(plan_, *pool->origin, *pool);
    if (!context) return tl::unexpected(context.error());
    pool->tls = *std::move(context);
  }
  const bool grows = plan_.open_loop() && wanted.most > wanted.count;
  const auto mine = [&](std::uint32_t count) {
    const auto all = plan_.share(origin, count);
    return static_cast<std::size_t>(std::max<std::uint64_t>(1, part(all, plan_.threads, index_)));
  };
  pool->next_address = index_;
  pool->most = mine(grows ? wanted.most : wanted.count);
  pool->ready.reserve(pool->most);
  pool->lanes.reserve(pool->most);
  pools_.push_back(std::move(pool));
  if (plan_.load->clients.count == 0)
    for (std::size_t i = mine(wanted.count); i > 0; --i) list(add_lane(*pools_.back()), nullptr);
  return {};
}

Lane& Worker::add_lane(Pool& pool) {
  pool.lanes.push_back(std::make_unique<Lane>(*this, pool));
  const auto& sources = plan_.load->clients.source_addresses;
  if (!sources.empty())
    pool.lanes.back()->source =
        sources[(pool.lanes.size() * plan_.threads + index_) % sources.size()];
  return *pool.lanes.back();
}

void Worker::add_clients(Pool& pool) {
  const Clients& wanted = plan_.load->clients;
  const auto count = part(wanted.count, plan_.threads, index_);
  pool.clients.reserve(count);
  pool.lanes.reserve(count * std::max(1U, wanted.connections));
  for (std::uint64_t i = 0; i < count; ++i) {
    auto client = std::make_unique<LoadClient>();
    client->number = static_cast<std::uint32_t>(i * plan_.threads + index_);
    for (std::uint32_t n = std::max(1U, wanted.connections); n > 0; --n) {
      Lane& lane = add_lane(pool);
      lane.client = client.get();
      if (!wanted.source_addresses.empty())
        lane.source = wanted.source_addresses[client->number % wanted.source_addresses.size()];
      client->lanes.push_back(&lane);
    }
    pool.clients.push(client.get());
    clients_.push_back(std::move(client));
  }
}

void Worker::open_some(Pool& pool, std::size_t at_most) {
  for (; at_most > 0 && !pool.closed.empty(); --at_most) {
    Lane& lane = *pool.closed.back();
    if (lane.failures > 0) return;
    pool.closed.pop_back();
    lane.listed = false;
    ++opening_;
    lane.open();
  }
}

void Worker::open_connections() {
  const Connections& wanted = plan_.load->connections;
  if (wanted.ramp > Duration::zero() || wanted.requests == 1 || plan_.load->clients.count > 0)
    return;
  loop_->arm(tick_, loop_->now() + tick_every());
  do {
    for (const auto& pool : pools_) {
      const bool failing = !pool->closed.empty() && pool->closed.back()->failures > 0;
      if (!failing && opening_ < opened_at_once) open_some(*pool, opened_at_once - opening_);
    }
    if (opening_ == 0) break;  // each has a time limit of its own, and none follows one that failed
  } while (loop_->turn());
}

Duration Worker::tick_every() const {
  Duration least = plan_.target->connect_timeout;
  for (const PlannedRequest& request : plan_.requests) least = std::min(least, request.timeout);
  return std::clamp<Duration>(least / 50, std::chrono::milliseconds(2),
                              std::chrono::milliseconds(20));
}

void Worker::run(Instant begin) {
  const ThreadTimes before = thread_times();
  begin_ = begin;
  recorder_.begin(begin);
  end_ = plan_.load->lasts() > Duration::zero() ? begin + plan_.load->lasts() : Instant::max();
  for (const auto& pool : pools_) pool->free_since = begin;
  if (plan_.open_loop()) {
    slots_ = std::make_unique<Slots>(*plan_.pacer, index_, plan_.threads);
    running_ = true;
    arm_slots();
  } else {
    while (loop_->now() < begin && loop_->turn(begin)) continue;
    running_ = true;
    begin_closed(loop_->now());
  }
  loop_->arm(tick_, begin + tick_every());
  settle();
  const auto latest = [this] {
    return plan_.load->spin || !dirty_.empty() ? loop_->now() : Instant::max();
  };
  while (!over() && loop_->turn(latest())) settle();
  const ThreadTimes after = thread_times();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (took.count() > 0) {
    cpu_ = (after.on - before.on) / took.count();
    run_queue_ = (after.waiting - before.waiting) / took.count();
  }
  finish();
}

/// Closed loop: every lane, or client, sends its first request; with a ramp one after the other.
void Worker::begin_closed(Instant now) {
  const auto& closed = std::get<ClosedLoop>(plan_.load->arrivals);
  for (const auto& pool : pools_) {
    pool->closed.clear();
    for (const auto& lane : pool->lanes) lane->listed = false;
  }
  budget_ = closed.requests > 0 ? part(closed.requests, plan_.threads, index_) : ~std::uint64_t{0};
  ramp(now);
}

void Worker::ramp(Instant now) {
  const bool by_client = plan_.load->clients.count > 0;
  std::size_t all = 0;
  for (const auto& pool : pools_) all += by_client ? clients_.size() : pool->lanes.size();
  if (ramped_ >= all) return;
  const Duration over_time = plan_.load->connections.ramp;
  std::size_t due = all;
  if (over_time > now - begin_)
    due = 1 + static_cast<std::size_t>(static_cast<double>(all) *
                                       std::chrono::duration<double>(now - begin_).count() /
                                       std::chrono::duration<double>(over_time).count());
  for (; ramped_ < std::min(due, all); ++ramped_) {
    std::size_t at = ramped_;
    auto pool = pools_.begin();
    while (!by_client && at >= (*pool)->lanes.size()) at -= (*pool++)->lanes.size();
    LoadClient* const client = by_client ? clients_[at].get() : nullptr;
    Lane& lane = by_client ? *client->lanes[0] : *(*pool)->lanes[at];
    const std::uint32_t streams = by_client ? 1 : plan_.load->connections.streams;
    for (std::uint32_t i = 0; i < streams && next_of(lane, client, now); ++i) continue;
  }
}

void Worker::stop() {
  stopped_ = true;
  if (loop_) loop_->stop();
}

bool Worker::over() const {
  if (stopped_) return true;
  if (under_way_ > 0) return false;
  for (const auto& pool : pools_)
    if (!pool->backlog.empty()) return false;
  if (plan_.open_loop()) return slots_->over();
  return budget_ == 0 || loop_->now() >= end_;
}

void Worker::finish() {
  stopped_ = true;
  for (const auto& flight : flights_)
    if (flight->under_way) recorder_.unfinished(flight->request, flight->due);
  for (const auto& pool : pools_)
    for (const Waiting& waiting : pool->backlog) recorder_.unfinished(waiting.request, waiting.due);
  for (const auto& pool : pools_)
    for (const auto& lane : pool->lanes) lane->abandon();
  publish();
}

void Worker::publish() {
  const auto set = [](std::atomic<std::uint64_t>& to, std::uint64_t value) {
    to.store(value, std::memory_order_relaxed);
  };
  set(published_.due, recorder_.due_so_far());
  set(published_.done, recorder_.done_so_far());
  set(published_.failed, recorder_.failed_so_far());
  set(published_.server_errors, recorder_.server_errors_so_far());
  set(published_.unprovoked, recorder_.unprovoked_so_far());
  set(published_.latency_ns, recorder_.latency_so_far());
}

bool Worker::spoke_http2() const {
  return std::ranges::any_of(pools_, [](const auto& pool) {
    return std::ranges::any_of(pool->lanes, [](const auto& lane) { return lane->spoke_http2(); });
  });
}

}  // namespace ingress_check
