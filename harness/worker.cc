// Who sends when: the schedule, the lanes that are free, and what becomes of a request that ended.
// How a worker begins and ends: worker_life.cc.
#include "harness/worker.h"

#include <algorithm>

namespace ingress_check {
namespace {

/// A lane whose connection could not be had rests so long before a closed loop tries again, twice
/// as long each time.
constexpr Duration first_rest = std::chrono::milliseconds(10);
constexpr Duration longest_rest = std::chrono::milliseconds(160);

/// How often a request that the server refuses to process goes out again.
constexpr std::uint8_t most_returns = 8;

}  // namespace

void Worker::take_slots(Instant now) {
  const Duration passed = now - begin_;
  for (; slots_->due() <= passed; slots_->next())
    take(slots_->index(), begin_ + slots_->due(), now);
  arm_slots();
}

/// How early it polls instead of sleeping: what waking up takes, but no more than a part of the
/// interval.
void Worker::arm_slots() {
  if (slots_->over()) return;
  constexpr double lead = 50e3, part = 0.4;
  const double rate = plan_.pacer->rate(slots_->due()) / plan_.threads;
  const double ns = rate > 0 ? std::min(lead, part * 1e9 / rate) : lead;
  loop_->spin_before_timers(Duration(static_cast<std::int64_t>(ns)));
  loop_->arm(slot_timer_, begin_ + slots_->due());
}

void Worker::take(std::uint64_t slot, Instant due, Instant now) {
  const auto request = static_cast<std::uint32_t>(plan_.pick(slot));
  recorder_.due(request, due);
  Pool& pool = pool_for(request);
  LoadClient* client = nullptr;
  const Instant free_since = pool.free_since;
  Lane* const lane = pool.backlog.empty() ? acquire(pool, client) : nullptr;
  if (lane) {
    recorder_.late(now - std::max(due, std::min(free_since, now)));
    return launch(*lane, client, {slot, due, request, 0, nullptr});
  }
  if (std::get<OpenLoop>(plan_.load->arrivals).full == OpenLoop::Full::drop)
    return recorder_.dropped(request, due);
  recorder_.queued(request, due);
  pool.backlog.push_back({slot, due, request, 0, nullptr});
}

/// Ready connections first, the one that rested longest first, so that all are used.
Lane* Worker::acquire(Pool& pool, LoadClient*& client) {
  if (plan_.load->clients.count > 0) {
    client = pool.clients.pop();
    if (!client) return nullptr;
    if (pool.clients.empty()) pool.free_since = {};
    return lane_of(*client);
  }
  while (Lane* const lane = pool.ready.pop()) {
    lane->listed = false;
    if (lane->state() == Lane::State::ready && lane->room() > 0) return lane;
    list(*lane, nullptr);  // it closed since, or is full
  }
  while (!pool.closed.empty()) {
    Lane* const lane = pool.closed.back();
    pool.closed.pop_back();
    lane->listed = false;
    if (lane->room() > 0) return lane;
  }
  if (pool.lanes.size() < pool.most) return &add_lane(pool);
  pool.free_since = {};
  return nullptr;
}

void Worker::launch(Lane& lane, LoadClient* client, const Waiting& what) {
  if (idle_flights_.empty()) {
    flights_.push_back(std::make_unique<Flight>(reader_));
    idle_flights_.push_back(flights_.back().get());
    idle_flights_.reserve(flights_.capacity());
  }
  Flight& flight = *idle_flights_.back();
  idle_flights_.pop_back();
  ++under_way_;
  flight.under_way = true;
  flight.request = what.request;
  flight.slot = what.slot;
  flight.due = what.due;
  flight.repeats = what.repeats;
  flight.client = client;
  const Instant now = loop_->now();
  flight.give_up = std::max(what.due, now) + plan_.requests[what.request].timeout;
  lane.start(flight);
  if (!client && !lane.listed && lane.state() == Lane::State::ready && lane.http2() &&
      lane.room() > 0)
    list(lane, nullptr);
}

/// The flight is over for the worker; what it was for may go on.
Waiting Worker::land(Flight& flight) {
  const Waiting what{flight.slot, flight.due, flight.request, flight.repeats, flight.client};
  flight.reset();
  idle_flights_.push_back(&flight);
  --under_way_;
  return what;
}

/// Sent again: over a new connection of the same lane, or, where that one still carries others,
/// over whatever is free.
void Worker::again(Lane& lane, Flight& flight) {
  const bool went_out = flight.sent != Instant{};
  if (went_out) recorder_.repeated(flight);
  Waiting what = land(flight);
  if (went_out) ++what.repeats;
  if (what.client) return launch(*lane_of(*what.client), what.client, what);
  if (lane.state() == Lane::State::closed && !lane.listed) return launch(lane, nullptr, what);
  lane.pool().backlog.push_front(what);
}

void Worker::ended(Lane& lane, Flight& flight, Outcome outcome) {
  const bool repeat = outcome == Outcome::idle_close && flight.repeats == 0 &&
                      plan_.requests[flight.request].repeatable && !stopped_;
  if (repeat) return again(lane, flight);
  recorder_.ended(flight, outcome, loop_->now());
  LoadClient* const client = land(flight).client;
  release(lane, client, before_sending(outcome));
}

/// Not processed by the server, or never begun: free to go out again, but not for ever. It may meet
/// several connections that are used up just then.
void Worker::returned(Lane& lane, Flight& flight) {
  if (stopped_ || (flight.repeats == most_returns && flight.sent != Instant{}))
    return ended(lane, flight, Outcome::reset);
  again(lane, flight);
}

/// The lane (or its client) is free: for what waits, for the next of a closed loop, or to rest.
void Worker::release(Lane& lane, LoadClient* client, bool failed) {
  if (stopped_ || !running_) return;
  const Instant now = loop_->now();
  if (!plan_.open_loop()) {
    if (failed) return rest(lane, client, now);
    if (take_waiting(lane, client)) return;
    static_cast<void>(next_of(lane, client, now));
    return;
  }
  if (!failed && !lane.listed && take_waiting(lane, client)) return;
  list(lane, client);
}

/// True if something waited that it could take.
bool Worker::take_waiting(Lane& lane, LoadClient* client) {
  Pool& pool = lane.pool();
  if (pool.backlog.empty() || (!client && lane.room() == 0)) return false;
  const Waiting next = pool.backlog.front();
  pool.backlog.pop_front();
  launch(client ? *lane_of(*client) : lane, client, next);
  return true;
}

Lane* Worker::lane_of(LoadClient& client) {
  Lane* const lane = client.lanes[client.turn];
  client.turn = (client.turn + 1) % static_cast<std::uint32_t>(client.lanes.size());
  return lane;
}

void Worker::rest(Lane& lane, LoadClient* client, Instant now) {
  const Duration time = first_rest * (1U << std::min(lane.failures, 4U));
  lane.rests_until = now + std::min(time, longest_rest);
  lane.rests_for = client;
  resting_.push_back(&lane);
}

void Worker::list(Lane& lane, LoadClient* client) {
  if (running_ && !plan_.open_loop()) return;
  Pool& pool = lane.pool();
  if (pool.free_since == Instant{}) pool.free_since = loop_->now();
  if (client) return pool.clients.push(client);
  if (lane.listed || lane.client) return;
  if (lane.state() == Lane::State::closed) {
    pool.closed.push_back(&lane);
  } else if (lane.state() == Lane::State::ready && lane.room() > 0) {
    pool.ready.push(&lane);
  } else {
    return;
  }
  lane.listed = true;
}

/// What waits and can go: on lanes that are free now.
void Worker::drain(Pool& pool) {
  for (std::size_t left = pool.backlog.size(); left > 0 && !pool.backlog.empty(); --left) {
    LoadClient* client = nullptr;
    Lane* const lane = acquire(pool, client);
    if (!lane) return;
    const Waiting next = pool.backlog.front();
    pool.backlog.pop_front();
    launch(*lane, client, next);
  }
}

bool Worker::next_of(Lane& lane, LoadClient* client, Instant now) {
  if (budget_ == 0 || now >= end_ || (!client && lane.room() == 0)) return false;
  --budget_;
  const std::uint64_t slot = index_ + closed_slot_++ * plan_.threads;
  const auto request = static_cast<std::uint32_t>(plan_.pick(slot, lane.pool().index));
  recorder_.due(request, now);
  launch(client ? *lane_of(*client) : lane, client, {slot, now, request, 0, nullptr});
  return true;
}

void Worker::opened(Lane& lane, bool stands) {
  if (stands) recorder_.opened(lane.opening());
  if (running_) return;
  if (opening_ > 0) --opening_;
  list(lane, nullptr);
}

void Worker::unflushed(Lane& lane) {
  if (lane.dirty) return;
  lane.dirty = true;
  dirty_.push_back(&lane);
}

/// In a closed loop it was used up with others on it: all of them begin anew.
void Worker::closed(Lane& lane) {
  if (!running_ || stopped_) return;
  if (plan_.open_loop() || lane.client) return list(lane, nullptr);
  for (std::uint32_t i = 0; i < plan_.load->connections.streams; ++i)
    if (!take_waiting(lane, nullptr) && !next_of(lane, nullptr, loop_->now())) return;
}

void Worker::check_timeouts(Instant now) {
  for (std::size_t i = 0; i < flights_.size(); ++i) {
    Flight& flight = *flights_[i];
    if (flight.under_way && flight.give_up <= now) flight.lane->give_up(flight);
  }
  for (const auto& pool : pools_)
    for (std::size_t i = 0; i < pool->lanes.size(); ++i) pool->lanes[i]->check_opening(now);
}

/// A request that waited for a connection as long as it might have taken is dropped.
void Worker::drop_expired(Pool& pool, Instant now) {
  while (!pool.backlog.empty()) {
    const Waiting& first = pool.backlog.front();
    if (first.due + plan_.requests[first.request].timeout > now) return;
    recorder_.dropped(first.request, first.due);
    pool.backlog.pop_front();
  }
}

void Worker::wake_resting(Instant now) {
  for (std::size_t i = 0; i < resting_.size();) {
    Lane& lane = *resting_[i];
    if (lane.rests_until > now) {
      ++i;
      continue;
    }
    resting_[i] = resting_.back();
    resting_.pop_back();
    if (!take_waiting(lane, lane.rests_for)) static_cast<void>(next_of(lane, lane.rests_for, now));
  }
}

void Worker::tick(Instant now) {
  if (running_) {
    check_timeouts(now);
    for (const auto& pool : pools_) drop_expired(*pool, now);
    wake_resting(now);
    if (!plan_.open_loop()) ramp(now);
    publish();
  } else {
    for (const auto& pool : pools_)
      for (const auto& lane : pool->lanes) lane->check_opening(now);
  }
  loop_->arm(tick_, now + tick_every());
}

/// After each turn of the loop.
void Worker::settle() {
  if (plan_.open_loop())
    for (const auto& pool : pools_)
      if (!pool->backlog.empty()) drain(*pool);
  flushing_.swap(dirty_);
  for (Lane* lane : flushing_) lane->flush();
  flushing_.clear();
}

}  // namespace ingress_check
