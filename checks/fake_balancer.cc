#include "checks/fake_balancer.h"

#include <algorithm>
#include <cmath>

namespace ingress_check {

namespace {

double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

/// Well mixed (S. Vigna's splitmix64).
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

FakeBalancer::FakeBalancer(FakeBalance how, std::size_t pods, int replicas, std::uint64_t seed)
    : how_(std::move(how)), pods_(pods), seed_(mixed(seed)), random_(seed) {
  const auto many = static_cast<std::size_t>(std::max(1, replicas));
  workers_.resize(many * static_cast<std::size_t>(std::max(1, how_.workers)));
  replicas_.resize(many);
  how_.weights.resize(pods, 1);
  for (auto& scores : replicas_) {
    scores.mean.resize(pods);
    scores.touched.resize(pods);
  }
  come_and_go(Duration::zero());
}

void FakeBalancer::come_and_go(Duration at) {
  std::vector<std::size_t> there;
  for (std::size_t pod = 0; pod < pods_; ++pod)
    if (std::ranges::none_of(how_.absences, [&](const FakeBalance::Absence& one) {
          return one.pod == pod && at >= one.from && at < one.to;
        }))
      there.push_back(pod);
  if (there == there_ || there.empty()) return;
  there_ = std::move(there);
  for (auto& worker : workers_) {
    worker.turn = random_() % there_.size();
    worker.under_way.resize(pods_);
  }
}

FakePick FakeBalancer::pick(const FakeArrival& arrival) {
  if (!how_.absences.empty()) come_and_go(arrival.at);
  hear(arrival.at);
  const auto index = mixed(arrival.connection ^ seed_) % workers_.size();
  const auto replica = index / (workers_.size() / replicas_.size());
  auto& worker = workers_[index];
  FakePick pick;
  if (how_.cookie && arrival.cookie) pick = by_cookie(arrival, replica, pods_);
  if (!how_.cookie || !arrival.cookie || pick.pod == pods_) {
    pick.pod = choose(worker, replicas_[replica], arrival);
    if (how_.cookie) pick = by_cookie(arrival, replica, pick.pod);
  }
  last_worker_ = index;
  last_pod_ = pick.pod;
  last_at_ = arrival.at;
  ++worker.under_way[pick.pod];
  return pick;
}

void FakeBalancer::will_take(Duration latency) {
  answers_.push({last_at_ + latency, last_worker_, last_pod_, seconds(latency)});
}

/// Answers that came until then: fewer requests under way, and scores as ewma.lua keeps them.
void FakeBalancer::hear(Duration until) {
  while (!answers_.empty() && answers_.top().at <= until) {
    const auto answer = answers_.top();
    answers_.pop();
    --workers_[answer.worker].under_way[answer.pod];
    if (how_.policy != FakePolicy::ewma) continue;
    auto& scores = replicas_[answer.worker / (workers_.size() / replicas_.size())];
    auto &mean = scores.mean[answer.pod], &touched = scores.touched[answer.pod];
    const double at = seconds(answer.at);
    const double keeps = touched == 0 ? 0 : std::exp(-(at - touched) / seconds(how_.decay));
    mean = mean * keeps + answer.took * (1 - keeps);
    touched = at;
  }
}

std::size_t FakeBalancer::choose(Worker& worker, Scores& scores, const FakeArrival& arrival) {
  switch (how_.policy) {
    case FakePolicy::round_robin:
      return in_turn(worker, arrival.at);
    case FakePolicy::weighted:
      return by_weight();
    case FakePolicy::random:
      return there_[random_() % there_.size()];
    case FakePolicy::least_connections:
      return least_busy(worker);
    case FakePolicy::ewma:
      return better_of_two(scores, seconds(arrival.at));
    case FakePolicy::by_client:
      return there_[mixed(arrival.client ^ seed_) % there_.size()];
    case FakePolicy::by_uri:
      return there_[mixed(arrival.uri ^ seed_) % there_.size()];
    case FakePolicy::by_connection:
      return there_[mixed(mixed(arrival.connection) ^ seed_) % there_.size()];
  }
  return 0;
}

/// Others have taken turns since its last one.
std::size_t FakeBalancer::in_turn(Worker& worker, Duration at) {
  if (how_.others > 0) {
    const double mean =
        how_.others / static_cast<double>(workers_.size()) * seconds(at - worker.last);
    if (mean > 0) worker.turn += std::poisson_distribution<std::size_t>(mean)(random_);
    worker.last = at;
  }
  return there_[worker.turn++ % there_.size()];
}

std::size_t FakeBalancer::least_busy(Worker& worker) {
  std::size_t best = worker.turn % there_.size();
  for (std::size_t i = 1; i < there_.size(); ++i) {
    const auto next = (worker.turn + i) % there_.size();
    if (worker.under_way[there_[next]] < worker.under_way[there_[best]]) best = next;
  }
  worker.turn = best + 1;
  return there_[best];
}

/// Two of them by chance; the lower score wins, the first of equals. Nobody's score is 0.
std::size_t FakeBalancer::better_of_two(const Scores& scores, double at) {
  if (there_.size() == 1) return there_[0];
  const auto a = random_() % there_.size();
  auto b = random_() % (there_.size() - 1);
  b += b >= a;
  const auto score = [&](std::size_t pod) {
    if (!how_.forgives) return scores.mean[pod];
    return scores.mean[pod] * std::exp(-(at - scores.touched[pod]) / seconds(how_.decay));
  };
  return score(there_[b]) < score(there_[a]) ? there_[b] : there_[a];
}

std::size_t FakeBalancer::by_weight() {
  double all = 0;
  for (const auto pod : there_) all += how_.weights[pod];
  double at = std::uniform_real_distribution<double>(0, all)(random_);
  for (const auto pod : there_)
    if ((at -= how_.weights[pod]) < 0) return pod;
  return there_.back();
}

/// The pod of the client's cookie; for one without (`chosen` is a pod), what it is given.
FakePick FakeBalancer::by_cookie(const FakeArrival& arrival, std::size_t replica,
                                 std::size_t chosen) {
  const auto& cookie = *how_.cookie;
  std::uint64_t salt = cookie.per_replica ? replica + 1 : 0;
  if (cookie.per_connection) salt = mixed(salt ^ arrival.connection);
  const auto name_of = [&](std::size_t pod) { return mixed(mixed(pod + 1) ^ salt); };
  FakePick pick;
  if (chosen < pods_ && cookie.mode == FakeCookie::Mode::balanced) {
    pick.cookie = random_();
    pick.pod = there_[mixed(*pick.cookie ^ salt) % there_.size()];
  } else if (chosen < pods_) {
    pick.cookie = name_of(chosen);
    pick.pod = chosen;
  } else if (cookie.mode == FakeCookie::Mode::balanced) {
    pick.pod = there_[mixed(*arrival.cookie ^ salt) % there_.size()];
    if (cookie.always) pick.cookie = arrival.cookie;
  } else {
    const auto named = std::ranges::find(there_, *arrival.cookie, name_of);
    pick.pod = named == there_.end() ? pods_ : *named;
    if (cookie.always && pick.pod != pods_) pick.cookie = arrival.cookie;
  }
  if (cookie.one_pod && pick.pod != pods_) pick.pod = there_[0];
  return pick;
}

}  // namespace ingress_check
