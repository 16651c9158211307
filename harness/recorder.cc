#include "harness/recorder.h"

#include <algorithm>

namespace ingress_check {
namespace {

constexpr std::size_t names = NameTable::other + 1;

bool server_error(int status) { return status >= 500 && status < 600; }

std::uint64_t ns(Duration time) {
  return static_cast<std::uint64_t>(std::max(time, Duration::zero()).count());
}

}  // namespace

Recorder::Recorder(const LoadPlan& plan, Reader& reader, std::size_t samples)
    : plan_(plan),
      reader_(reader),
      open_loop_(plan.open_loop()),
      provoked_(plan.load->breaker.value_or(Breaker{}).provoked),
      kinds_(plan.requests.size()),
      who_at_(names * names),
      timeline_(plan.load->lasts() + plan.target->timeout),
      most_samples_(samples),
      kept_broken_(plan.requests.size() * most_matches) {
  who_.reserve(16);
  for (Kind& kind : kinds_) kind.response.reserve();
  for (Histogram* histogram : {&response_, &service_, &send_delay_, &first_byte_, &late_})
    histogram->reserve();
  samples_.reserve(std::min<std::size_t>(samples, 1 << 20));
}

void Recorder::begin(Instant at) {
  begin_ = last_done_ = at;
  measured_from_ = at + plan_.load->warm_up;
}

void Recorder::due(std::uint32_t request, Instant at) {
  ++due_;
  ++second(at).due;
  if (warming_up(at))
    ++warm_up_;
  else
    ++kinds_[request].due;
}

void Recorder::queued(std::uint32_t request, Instant due) {
  if (!warming_up(due)) ++kinds_[request].queued;
}

void Recorder::repeated(const Flight& flight) { ++kinds_[flight.request].repeated; }

void Recorder::opened(const Opening& opening) {
  connect_.record(ns(opening.connect));
  if (opening.tls > Duration::zero())
    (opening.resumed ? tls_resumed_ : tls_).record(ns(opening.tls));
}

void Recorder::ended(Flight& flight, Outcome outcome, Instant done) {
  done = std::max({done, flight.sent, flight.due});
  ++done_;
  last_done_ = std::max(last_done_, done);
  const bool measured = !warming_up(flight.due), whole = outcome == Outcome::ok;
  Kind& kind = kinds_[flight.request];
  note_due(flight, whole, done);
  SecondReply& done_in = second(done);
  ++done_in.done;
  if (!whole) {
    ++failed_;
    ++done_in.failed;
  }
  if (!measured) return;
  ++kind.outcomes[static_cast<std::size_t>(outcome)];
  if (open_loop_ && flight.sent != Instant{}) send_delay_.record(ns(flight.sent - flight.due));
  if (whole) answered(flight, kind, done);
  if (most_samples_ > 0) keep_sample(flight, outcome, done);
}

/// From when it was due. In a closed loop that is when it was sent, unless it had to wait for its
/// connection.
std::uint64_t Recorder::latency(const Flight& flight, Instant done) const {
  return ns(done - (open_loop_ || flight.waited ? flight.due : flight.sent));
}

/// In the slice in which it was due.
void Recorder::note_due(Flight& flight, bool whole, Instant done) {
  SecondReply& due_in = second(flight.due);
  if (flight.sent != Instant{}) ++due_in.sent;
  if (!whole) return;
  reader_.judge(flight);
  const std::uint64_t response = latency(flight, done);
  due_in.response.record(response);
  latency_ns_ += response;
  if (!server_error(flight.status)) return;
  if (!provoked_.contains(flight.status)) ++unprovoked_;
  ++server_errors_;
  ++due_in.server_errors;
}

void Recorder::answered(Flight& flight, Kind& kind, Instant done) {
  const std::uint64_t service = ns(done - flight.sent);
  const std::uint64_t response = latency(flight, done);
  response_.record(response);
  if (open_loop_) service_.record(service);
  first_byte_.record(ns(flight.first_byte - flight.sent));
  kind.response.record(response);
  ++kind.statuses[static_cast<std::size_t>(std::clamp(flight.status, 100, 600) - 100)];
  Who& by = who(flight);
  ++by.answered;
  if (server_error(flight.status)) ++by.server_errors;
  by.service_time.record(service);
  if (flight.broke != 0) keep_broken(flight, kind);
}

Recorder::Who& Recorder::who(const Flight& flight) {
  std::uint16_t& at = who_at_[flight.service * names + flight.pod];
  if (at == 0) {
    who_.emplace_back();
    who_.back().service = flight.service;
    who_.back().pod = flight.pod;
    who_.back().service_time.reserve();
    at = static_cast<std::uint16_t>(std::min<std::size_t>(who_.size(), 65535));
  }
  return who_[at - 1U];
}

void Recorder::keep_broken(const Flight& flight, Kind& kind) {
  for (std::size_t i = 0; flight.broke >> i != 0; ++i) {
    if ((flight.broke >> i & 1U) == 0) continue;
    ++kind.broke[i];
    std::uint8_t& kept = kept_broken_[flight.request * most_matches + i];
    if (kept == most_broken) continue;
    ++kept;
    broken_.push_back({flight.request, i, reader_.exchange(flight, Outcome::ok)});
  }
}

void Recorder::keep_sample(const Flight& flight, Outcome outcome, Instant done) {
  if (samples_.size() == most_samples_) {
    samples_full_ = true;
    return;
  }
  const auto since = [this](Instant at) {
    return at == Instant{} ? std::int64_t{-1} : Duration(at - begin_).count();
  };
  Sample sample;
  sample.due = since(flight.due);
  sample.sent = since(flight.sent);
  sample.first_byte = since(flight.first_byte);
  sample.done = since(done);
  sample.client = flight.client ? flight.client->number : 0;
  sample.connection = flight.connection;
  sample.request = static_cast<std::uint16_t>(flight.request);
  sample.who = who_at_[flight.service * names + flight.pod];
  sample.status = static_cast<std::uint16_t>(flight.status);
  sample.outcome = outcome;
  sample.broke = flight.broke;
  sample.reused = flight.reused;
  samples_.push_back(sample);
}

void Recorder::dropped(std::uint32_t request, Instant due) {
  ++done_;
  ++failed_;
  SecondReply& slice = second(due);
  ++slice.done;
  ++slice.failed;
  if (!warming_up(due)) ++kinds_[request].dropped;
}

void Recorder::unfinished(std::uint32_t request, Instant due) {
  if (!warming_up(due)) ++kinds_[request].unfinished;
}

}  // namespace ingress_check
