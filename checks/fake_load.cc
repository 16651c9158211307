#include "checks/fake_load.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>

#include "checks/expectation.h"
#include "checks/fake_echo.h"
#include "checks/fake_lanes.h"
#include "checks/fake_record.h"
#include "harness/pacer.h"

namespace ingress_check {

namespace {

bool met(const Match& match, const Exchange& exchange) {
  switch (match.part) {
    case Match::Part::status:
      return match.statuses.contains(exchange.status);
    case Match::Part::service:
      return !exchange.who.service.empty() && matches(match.text, exchange.who.service);
    case Match::Part::pod:
      return !exchange.who.pod.empty() && matches(match.text, exchange.who.pod);
    case Match::Part::header:
      return std::ranges::any_of(exchange.headers.all(match.header),
                                 [&](auto value) { return matches(match.text, value); });
    case Match::Part::absent:
      return !exchange.headers.find(match.header);
    case Match::Part::body:
      return matches(match.text, exchange.body);
  }
  return true;
}

/// One answer that may come, and all that is the same each time.
struct Answer {
  Exchange exchange;
  std::uint16_t broke = 0;
  std::uint16_t broke_with_cookie = 0;  ///< where the ingress sets its cookie
  std::uint16_t who = 0;
  Duration ordered{};  ///< delay that the request orders of the pod
};

struct Pod {
  const FakePodLoad* how;
  std::vector<Duration> busy_until;  ///< of each of its places, where they are limited
};

class Simulation {
 public:
  Simulation(const FakeLoad& how, const Target& target, const Load& load, const FakeParts& parts,
             int replicas, Duration begin, std::uint64_t seed)
      : how_(how),
        target_(target),
        load_(load),
        parts_(parts),
        replicas_(std::max(1, replicas)),
        begin_(begin),
        record_(how, load),
        random_(seed),
        lanes_(load, seed) {}

  FakeReply run() {
    prepare();
    for (std::size_t i = 0; i < load_.requests.size(); ++i) {
      const auto& first = pools_[i * static_cast<std::size_t>(replicas_)].front();
      choosers_.push_back(parts_.choosers(first.exchange.who.service));
      if (choosers_.back() && choosers_.back()->how().cookie) prepare_cookie(i);
    }
    if (const auto* open = std::get_if<OpenLoop>(&load_.arrivals))
      run_open(*open);
    else
      run_closed(std::get<ClosedLoop>(load_.arrivals));
    FakeReply reply{record_.conclude(lasts_), std::max(lasts_, record_.last_done())};
    sort_pods(reply.load);
    return reply;
  }

 private:
  void prepare() {
    std::map<std::pair<std::string, std::string>, std::uint16_t> names;
    double sum = 0;
    for (const auto& request : load_.requests) {
      weights_.push_back(sum += request.weight);
      record_.reply.requests.emplace_back().broke.resize(request.matches.size());
      for (int replica = 0; replica < replicas_; ++replica)
        for (auto& exchange : pools_.emplace_back(pool(request, replica)))
          names[{exchange.exchange.who.service, exchange.exchange.who.pod}];
    }
    for (auto& [name, index] : names) {
      index = static_cast<std::uint16_t>(record_.reply.pods.size());
      auto& pod = record_.reply.pods.emplace_back();
      pod.service = name.first;
      pod.pod = name.second;
      const auto own = how_.pods.find(pod.pod);
      const auto& how = own == how_.pods.end() ? how_.any : own->second;
      pods_.push_back({&how, std::vector<Duration>(how.at_once)});
    }
    for (auto& pool : pools_)
      for (auto& answer : pool)
        answer.who = names[{answer.exchange.who.service, answer.exchange.who.pod}];
    turns_.resize(pools_.size());
  }

  std::vector<Answer> pool(const LoadRequest& request, int replica) {
    std::vector<Answer> all;
    for (auto& exchange : parts_.answers(request.request, replica)) {
      Answer answer{std::move(exchange), 0, 0, 0, {}};
      answer.broke = broken(request, answer.exchange);
      answer.ordered = ordered_delay(request.request, answer.exchange.who.pod);
      all.push_back(std::move(answer));
    }
    return all;
  }

  /// What is broken of answers that set the affinity cookie.
  void prepare_cookie(std::size_t request) {
    const auto field = choosers_[request]->how().cookie->name + "=value";
    const auto from = request * static_cast<std::size_t>(replicas_);
    for (std::size_t i = from; i < from + static_cast<std::size_t>(replicas_); ++i)
      for (auto& answer : pools_[i]) {
        auto with_cookie = answer.exchange;
        with_cookie.headers.add("Set-Cookie", field);
        answer.broke_with_cookie = broken(load_.requests[request], with_cookie);
      }
  }

  static std::uint16_t broken(const LoadRequest& request, const Exchange& exchange) {
    std::uint16_t bits = 0;
    for (std::size_t i = 0; i < request.matches.size(); ++i)
      if (exchange.outcome == Outcome::ok && !met(request.matches[i], exchange))
        bits = static_cast<std::uint16_t>(bits | 1u << i);
    return bits;
  }

  void run_open(const OpenLoop& open) {
    record_.reply.open_loop = true;
    const auto pacer = Pacer::create(open.stages, open.spacing, load_.seed);
    if (!pacer) return;
    lasts_ = pacer->lasts();
    for (Slots slots(*pacer); !slots.over(); slots.next()) {
      const auto due = slots.due();
      const auto free = lanes_.free(due);
      const bool waits = free > due;
      if (due >= load_.warm_up) record_.reply.counts.queued += waits;
      if (waits && (open.full == OpenLoop::Full::drop || free - due > target_.timeout)) {
        record_.drop(due, draw());
        continue;
      }
      lanes_.keep(send(due, std::max(free, due + how_.late), lanes_.take()));
    }
  }

  void run_closed(const ClosedLoop& closed) {
    const auto end = closed.lasts > Duration::zero() ? closed.lasts : Duration::max();
    const auto most = closed.requests ? closed.requests : load_.count();
    for (std::uint64_t i = 0; i < most && lanes_.free() < end; ++i) {
      const auto free = lanes_.free();
      lanes_.keep(send(free, free + how_.late, lanes_.take()));
    }
    lasts_ = closed.lasts > Duration::zero() ? closed.lasts : lanes_.free();
  }

  std::size_t draw() {
    if (weights_.size() == 1) return 0;
    const double at = uniform_(random_) * weights_.back();
    const auto found = std::ranges::upper_bound(weights_, at);
    return std::min(static_cast<std::size_t>(found - weights_.begin()), weights_.size() - 1);
  }

  /// The status with which the ingress refuses it, if a limit does.
  std::optional<int> refused(const Request& request, std::uint32_t slot, Duration at) {
    const auto& sources = load_.clients.source_addresses;
    FakeClient client{sources.empty() ? fake_client_address : sources[slot % sources.size()],
                      static_cast<int>(slot % static_cast<std::uint32_t>(replicas_))};
    const auto* limit = parts_.refuses(request, client, at);
    return limit ? std::optional(limit->status) : std::nullopt;
  }

  Duration latency(const FakePodLoad& pod, Duration at) {
    double log = pod.sigma > 0 ? pod.sigma * normal_(random_) : 0;
    if (how_.wander > 0) {
      const double keeps = std::exp(-std::chrono::duration<double>(at - wandered_at_) /
                                    std::chrono::duration<double>(how_.wander_time));
      wandered_ = keeps * wandered_ + how_.wander * std::sqrt(1 - keeps * keeps) * normal_(random_);
      wandered_at_ = at;
      log += wandered_;
    }
    return std::chrono::duration_cast<Duration>(pod.latency * std::exp(log));
  }

  /// When the pod has answered what reached it then.
  Duration served(Pod& pod, Duration at) {
    const auto& how = *pod.how;
    auto done = at + latency(how, at);
    if (how.at_once > 0) {
      auto& place = *std::ranges::min_element(pod.busy_until);
      done += std::max(place - at, Duration::zero());
      place = done;
    }
    if (how.stall_every > Duration::zero()) {
      const auto since = done % how.stall_every;
      if (done >= how.stall_every && since < how.stall_lasts) done += how.stall_lasts - since;
    }
    return done;
  }

  /// Counts one request; when its connection is free again.
  Duration send(Duration due, Duration sent, FakeLane& lane) {
    const auto index = draw();
    const auto pool = index * static_cast<std::size_t>(replicas_) +
                      lane.slot % static_cast<std::uint32_t>(replicas_);
    Sample sample;
    sample.request = static_cast<std::uint16_t>(index);
    sample.connection = lane.number;
    sample.client = lane.client;
    sample.reused = lane.reused;
    sample.due = due.count();
    sample.sent = sent.count();
    const Exchange* exchange = nullptr;
    Duration done{};
    const auto limited = refused(load_.requests[index].request, lane.slot, sent);
    const auto episode = std::ranges::find_if(
        how_.episodes, [&](const FakeEpisode& one) { return one.from <= sent && sent < one.to; });
    const bool failing = fails();
    if (failing || episode != how_.episodes.end() || limited) {
      const FakeEpisode own = !failing && episode != how_.episodes.end()
                                  ? *episode
                                  : FakeEpisode{.status = limited.value_or(how_.error_status)};
      own_page_ = Exchange{};
      own_page_.status = own.status;
      own_page_.who = {own.service, own.pod};
      if (own.status == 0) own_page_.outcome = Outcome::reset;
      sample.broke = broken(load_.requests[index], own_page_);
      exchange = &own_page_;
      sample.who = number_of(own_page_.who);
      done = sent + std::chrono::microseconds(300) + own.holds;
    } else {
      bool cookie = false;
      const auto& answer = choose(index, pool, lane, sent, cookie);
      exchange = &answer.exchange;
      sample.broke = cookie ? answer.broke_with_cookie : answer.broke;
      sample.who = answer.who;
      done = served(pods_[answer.who], sent) + answer.ordered;
      if (choosers_[index]) choosers_[index]->will_take(done - sent);
    }
    sample.outcome = exchange->outcome;
    if (const auto most = load_.requests[index].request.timeout.value_or(target_.timeout);
        done - sent > most) {
      done = sent + most;
      sample.outcome = Outcome::timeout;
      sample.broke = 0;
    }
    if (sample.outcome == Outcome::ok) sample.status = static_cast<std::uint16_t>(exchange->status);
    if (sample.outcome != Outcome::ok) sample.who = no_pod;
    sample.done = sample.first_byte = done.count();
    record_.take(sample, *exchange);
    return done;
  }

  /// `cookie`: whether the answer sets one.
  const Answer& choose(std::size_t request, std::size_t pool, FakeLane& lane, Duration at,
                       bool& cookie) {
    auto& answers = pools_[pool];
    auto* chooser = choosers_[request];
    if (!chooser) return answers[turns_[pool]++ % answers.size()];
    const bool jar = load_.clients.count > 0 && load_.clients.cookies;
    const auto pick = chooser->pick({begin_ + at, lane.id, load_.clients.count ? lane.client : 0,
                                     request, jar ? *lane.jar : std::nullopt});
    cookie = pick.cookie.has_value();
    if (jar && cookie) *lane.jar = pick.cookie;
    return answers[pick.pod % answers.size()];
  }

  /// Of those that the pools do not have: the ingress itself, and who answers in episodes.
  std::uint16_t number_of(const Answerer& who) {
    auto& pods = record_.reply.pods;
    for (std::size_t i = 0; i < pods.size(); ++i)
      if (pods[i].service == who.service && pods[i].pod == who.pod)
        return static_cast<std::uint16_t>(i);
    pods.emplace_back();
    pods.back().service = who.service;
    pods.back().pod = who.pod;
    return static_cast<std::uint16_t>(pods.size() - 1);
  }

  bool fails() { return how_.errors > 0 && uniform_(random_) < how_.errors; }

  const FakeLoad& how_;
  const Target& target_;
  const Load& load_;
  const FakeParts& parts_;
  int replicas_;
  Duration begin_;
  FakeRecord record_;
  std::mt19937_64 random_;
  std::uniform_real_distribution<double> uniform_;
  std::normal_distribution<double> normal_;
  std::vector<double> weights_;             ///< summed
  std::vector<std::vector<Answer>> pools_;  ///< by request, then replica
  std::vector<std::size_t> turns_;
  std::vector<Pod> pods_;
  std::vector<FakeBalancer*> choosers_;  ///< by request
  FakeLanes lanes_;
  Duration lasts_{}, wandered_at_{};
  double wandered_ = 0;
  Exchange own_page_;  ///< of the ingress itself
};

}  // namespace

FakeReply fake_load(const FakeLoad& how, const Target& target, const Load& load,
                    const FakeParts& parts, int replicas, Duration begin, std::uint64_t seed) {
  return Simulation(how, target, load, parts, replicas, begin, seed).run();
}

}  // namespace ingress_check
