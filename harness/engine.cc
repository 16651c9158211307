#include "harness/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "harness/breaker.h"
#include "harness/faithfulness.h"
#include "harness/load_limits.h"
#include "harness/lookout.h"
#include "harness/worker.h"

namespace ingress_check {
namespace {

using Clock = std::chrono::steady_clock;

constexpr Duration look_every = std::chrono::milliseconds(50);
constexpr Duration tell_every = std::chrono::seconds(1);

/// Where the threads meet: before the begin, and at the end.
class Meeting {
 public:
  explicit Meeting(std::size_t threads) : missing_(threads), working_(threads) {}

  /// A worker: its connections stand. Returns the common begin.
  Instant wait_for_begin() {
    std::unique_lock lock(mutex_);
    --missing_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return begin_ != Instant{}; });
    return begin_;
  }
  /// A worker: it is through.
  void leave() {
    const std::lock_guard lock(mutex_);
    --working_;
    changed_.notify_all();
  }
  /// The other side: true once all workers wait for the begin, at most `patience`.
  bool all_here(Duration patience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [this] { return missing_ == 0; });
  }
  void begin(Instant at) {
    const std::lock_guard lock(mutex_);
    begin_ = at;
    changed_.notify_all();
  }
  /// True once all have left, at most `patience`.
  bool all_gone(Duration patience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [this] { return working_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t missing_, working_;
  Instant begin_{};
};

class LoadRun {
 public:
  LoadRun(const LoadPlan& plan, Resolver& resolver, bool flood, Watch& watch)
      : plan_(plan),
        watch_(watch),
        breaker_(*plan.load),
        lookout_(plan, resolver, flood, Clock::now()) {}

  Result<void> set_up() {
    for (std::uint32_t i = 0; i < plan_.threads; ++i) {
      workers_.push_back(std::make_unique<Worker>(plan_, i));
      if (auto made = workers_.back()->set_up(); !made) return made;
    }
    return {};
  }

  void run(Evidence& evidence) {
    const auto opening = Clock::now();
    const MachineTimes before = machine_times();
    Meeting meeting(workers_.size());
    std::vector<std::jthread> threads;
    for (const auto& worker : workers_)
      threads.emplace_back([&meeting, &worker = *worker] {
        worker.open_connections();
        worker.run(meeting.wait_for_begin());
        meeting.leave();
      });
    while (!meeting.all_here(look_every)) {
      if (stop_wanted()) stop_all();
      lookout_.look(Clock::now(), watch_);
    }
    begin_ = Clock::now() + std::chrono::milliseconds(2);
    meeting.begin(begin_);
    while (!meeting.all_gone(look_every)) look();
    threads.clear();
    ended_ = Clock::now();
    tell(ended_);
    collect(evidence, begin_ - opening);
    const auto after = machine_times();
    evidence.load->generator.steal = stolen_share(before, after);
    evidence.load->generator.idle = idle_share(before, after);
    judge_generator(*plan_.load, *evidence.load);
  }

 private:
  bool stop_wanted() const { return watch_.stopped() || Clock::now() >= watch_.deadline; }

  void stop_all() {
    if (end_ == End::complete) end_ = watch_.stopped() ? End::interrupted : End::out_of_time;
    for (const auto& worker : workers_) worker->stop();
  }

  /// Once in a while: is it to stop, does the target suffer, what to tell.
  void look() {
    const auto now = Clock::now();
    if (end_ == End::complete && stop_wanted()) return stop_all();
    if (end_ == End::complete && breaker_.blows(now, totals())) {
      end_ = End::breaker;
      stop_all();
    }
    lookout_.look(now, watch_);
    if (now - told_ >= tell_every) tell(now);
  }

  LoadProgress totals() const {
    LoadProgress sum;
    for (const auto& worker : workers_) {
      const Published& so_far = worker->published();
      sum.due += so_far.due.load(std::memory_order_relaxed);
      sum.done += so_far.done.load(std::memory_order_relaxed);
      sum.failed += so_far.failed.load(std::memory_order_relaxed);
      sum.server_errors += so_far.server_errors.load(std::memory_order_relaxed);
      sum.unprovoked += so_far.unprovoked.load(std::memory_order_relaxed);
      sum.latency_ns += so_far.latency_ns.load(std::memory_order_relaxed);
    }
    return sum;
  }

  void tell(Instant now) {
    LoadProgress told = totals();
    const std::chrono::duration<double> since = now - std::max(told_, begin_);
    const std::uint64_t answers = (told.done - told.failed) - (last_.done - last_.failed);
    told.elapsed = std::max(now - begin_, Instant::duration::zero());
    told.lasts = plan_.load->lasts();
    if (since.count() > 0) told.rate = static_cast<double>(answers) / since.count();
    if (answers > 0) told.mean_latency = Duration((told.latency_ns - last_.latency_ns) / answers);
    if (watch_.load) watch_.load(told);
    if (watch_.progress) watch_.progress(told.done, std::max(told.due, told.done));
    last_ = told;
    told_ = now;
  }

  void collect(Evidence& evidence, Duration opening) {
    LoadReply& reply = evidence.load.emplace();
    reply.open_loop = plan_.open_loop();
    reply.began_after = opening;
    reply.requests.resize(plan_.requests.size());
    Timeline timeline(plan_.load->lasts());
    Instant last_done = begin_;
    bool http2 = false;
    for (const auto& worker : workers_) {
      worker->recorder().merge_into(reply, timeline);
      last_done = std::max(last_done, worker->recorder().last_done());
      reply.bytes_received += worker->bytes_received;
      reply.bytes_sent += worker->bytes_sent;
      reply.generator.cpu.push_back(worker->cpu());
      reply.generator.run_queue = std::max(reply.generator.run_queue, worker->run_queue());
      reply.generator.out_of_ports += worker->out_of_ports;
      reply.generator.out_of_descriptors += worker->out_of_descriptors;
      reply.generator.precise = reply.generator.precise && worker->loop().precise();
      http2 = http2 || worker->spoke_http2();
    }
    sort_pods(reply);
    reply.slice = timeline.slice();
    reply.seconds = timeline.take();
    if (reply.counts.answered() > 0) reply.protocol = http2 ? "HTTP/2" : "HTTP/1.1";
    for (const Origin& origin : plan_.origins)
      for (auto& address : origin.addresses->ever()) reply.addresses.push_back(std::move(address));
    reply.withheld = lookout_.withheld();
    if (end_ == End::breaker) reply.breaker = breaker_.why();
    evidence.end = end_;
    evidence.sent = reply.counts.sent() + reply.warm_up + reply.counts.repeated;
    rate(reply, last_done);
  }

  /// Requests a second. What was answered is divided by the time that it took, so that a target
  /// that answered all but late has not achieved the rate.
  void rate(LoadReply& reply, Instant last_done) const {
    const Duration planned = plan_.load->lasts();
    const Duration until_last = last_done - begin_;
    const bool whole = end_ == End::complete && planned > Duration::zero();
    const Duration all = whole ? planned : std::min<Duration>(ended_ - begin_, until_last);
    reply.lasted = std::max(all - plan_.load->warm_up, Duration::zero());
    const auto a_second = [&](std::uint64_t count, Duration time) {
      const double seconds = std::chrono::duration<double>(time).count();
      return seconds > 0 ? static_cast<double>(count) / seconds : 0.0;
    };
    reply.offered = a_second(reply.counts.due, reply.lasted);
    reply.achieved =
        a_second(reply.counts.answered(), std::max(reply.lasted, until_last - plan_.load->warm_up));
  }

  const LoadPlan& plan_;
  Watch& watch_;
  CircuitBreaker breaker_;
  Lookout lookout_;
  std::vector<std::unique_ptr<Worker>> workers_;
  End end_ = End::complete;
  Instant begin_{}, ended_{}, told_{};
  LoadProgress last_;
};

/// More than may be sent to addresses that nobody allowed.
bool is_flood(const LoadPlan& plan) {
  return !plan.open_loop() || plan.load->peak_rate() > courtesy_rate;
}

/// The addresses that connections will really go to, whatever was looked up before: to those that
/// nobody allowed more for goes no more than courtesy has it.
Result<void> may_go(const LoadPlan& plan) {
  if (!is_flood(plan) || !plan.options.allowance) return {};
  for (const Origin& origin : plan.origins)
    if (const auto& found = origin.addresses->now().endpoints;
        plan.options.allowance->capped(found))
      return cannot(
          fmt::format("{} may not be sent a load", found[0].text()),
          fmt::format("at most {:.0f} requests a second, or allow it with --allow", courtesy_rate));
  return {};
}

}  // namespace

Result<void> run_load(const Target& target, const Load& load, const EngineOptions& options,
                      Resolver& resolver, Watch& watch, Evidence& evidence) {
  const auto plan = LoadPlan::create(target, load, options, resolver, watch);
  if (!plan) return tl::unexpected(plan.error());
  if (auto may = may_go(*plan); !may) return may;
  raise_descriptor_limit();
  std::size_t destinations = 0;
  for (const Origin& origin : plan->origins)
    destinations += origin.addresses->now().endpoints.size();
  if (auto fine = fits(load, system_limits(), std::max<std::size_t>(destinations, 1)); !fine)
    return fine;
  LoadRun run(*plan, resolver, is_flood(*plan), watch);
  if (auto made = run.set_up(); !made) return made;
  run.run(evidence);
  return {};
}

}  // namespace ingress_check
