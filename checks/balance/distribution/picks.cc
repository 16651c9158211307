#include "checks/balance/distribution/picks.h"

#include <algorithm>
#include <map>
#include <set>

#include "checks/check.h"
#include "checks/statistics.h"

namespace ingress_check::distribution {

double Picks::share(std::size_t pod) const {
  return order.empty() ? 0 : static_cast<double>(counts[pod]) / static_cast<double>(order.size());
}

std::size_t Picks::met() const {
  return static_cast<std::size_t>(std::ranges::count_if(counts, [](auto n) { return n > 0; }));
}

bool Picks::connections_are_pinned() const {
  constexpr std::size_t enough = 8, enough_out_of_step = 40;
  struct Kept {
    std::size_t times = 0, last = 0;
    std::size_t out_of_step = 0;  ///< so often turns would have led it to another pod
    std::uint16_t pod = 0;
    bool one_pod = true;
  };
  const auto k = std::max<std::size_t>(1, met());
  std::map<std::uint32_t, Kept> kept;
  for (std::size_t i = 0; i < order.size(); ++i) {
    auto& one = kept[connections[i]];
    if (one.times++ == 0) {
      one.pod = order[i];
    } else {
      one.one_pod = one.one_pod && order[i] == one.pod;
      one.out_of_step += (i - one.last) % k != 0;
    }
    one.last = i;
  }
  std::set<std::uint16_t> pods_met;
  std::size_t out_of_step = 0;
  for (const auto& [connection, one] : kept) {
    if (one.times < enough) continue;
    if (!one.one_pod) return false;
    pods_met.insert(one.pod);
    out_of_step += one.out_of_step;
  }
  return pods_met.size() > 1 && out_of_step >= enough_out_of_step;
}

Picks picks(std::span<const Evidence> so_far, std::string_view name, Duration from) {
  Picks picks;
  std::map<std::string, std::string> known;  // pod -> service
  for (const auto& evidence : so_far)
    if (evidence.load)
      for (const auto& pod : evidence.load->pods)
        if (!pod.pod.empty() && pod.answered > 0) known[pod.pod] = pod.service;
  for (const auto& [pod, service] : known) {
    picks.pods.push_back(pod);
    picks.services.push_back(service);
  }
  picks.counts.resize(picks.pods.size());
  const auto* evidence = phase(so_far, name);
  if (!evidence || !evidence->load) return picks;
  const auto& reply = *evidence->load;
  std::vector<const Sample*> samples;
  for (const auto& worker : reply.samples)
    for (const auto& sample : worker)
      if (Duration(sample.due) >= from) samples.push_back(&sample);
  std::ranges::stable_sort(samples, {}, [](const Sample* sample) { return sample->sent; });
  for (const auto* sample : samples) {
    if (sample->outcome != Outcome::ok) {
      ++picks.unanswered;
      continue;
    }
    const auto* pod = sample->who < reply.pods.size() ? &reply.pods[sample->who].pod : nullptr;
    const auto at = pod ? std::ranges::lower_bound(picks.pods, *pod) : picks.pods.end();
    if (at == picks.pods.end() || *at != *pod) {
      ++picks.unnamed;
      continue;
    }
    const auto index = static_cast<std::uint16_t>(at - picks.pods.begin());
    picks.order.push_back(index);
    picks.connections.push_back(sample->connection);
    picks.sent.emplace_back(sample->sent);
    picks.took.emplace_back(sample->done - sample->sent);
    ++picks.counts[index];
  }
  return picks;
}

Picks together(Picks one, const Picks& other) {
  const auto append = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  append(one.order, other.order);
  append(one.connections, other.connections);
  append(one.sent, other.sent);
  append(one.took, other.took);
  for (std::size_t i = 0; i < one.counts.size(); ++i) one.counts[i] += other.counts[i];
  one.unnamed += other.unnamed;
  one.unanswered += other.unanswered;
  return one;
}

std::size_t period(const Picks& picks) {
  const auto& order = picks.order;
  const std::size_t k = picks.met();
  if (k < 2 || order.size() < 3 * k || picks.unnamed + picks.unanswered > 0) return 0;
  if (std::ranges::adjacent_find(picks.connections, std::not_equal_to()) != picks.connections.end())
    return 0;
  if (std::set(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(k)).size() != k) return 0;
  for (std::size_t i = k; i < order.size(); ++i)
    if (order[i] != order[i - k]) return 0;
  return k;
}

double unevenness(const Picks& picks, std::size_t stretches) {
  const auto k = picks.pods.size();
  const auto size = picks.order.size() / stretches;
  const std::vector<double> even(k, 1 / static_cast<double>(k));
  std::vector<std::uint64_t> counts(k);
  double least = 1;
  for (std::size_t at = 0; size > 0 && at < stretches; ++at) {
    std::ranges::fill(counts, 0);
    for (std::size_t i = at * size; i < (at + 1) * size; ++i) ++counts[picks.order[i]];
    least = std::min(least, multinomial_test(counts, even));
  }
  return std::min(1.0, least * static_cast<double>(stretches));
}

bool steady(const Picks& picks) {
  constexpr std::size_t stretches = 32;
  const auto size = picks.order.size() / stretches;
  if (size == 0) return true;
  const auto k = picks.pods.size();
  std::vector<double> all(k), one(k);
  for (std::size_t i = 0; i < size * stretches; ++i) ++all[picks.order[i]];
  double chi_square = 0;
  for (std::size_t at = 0; at < stretches; ++at) {
    std::ranges::fill(one, 0);
    for (std::size_t i = at * size; i < (at + 1) * size; ++i) ++one[picks.order[i]];
    for (std::size_t pod = 0; pod < k; ++pod)
      if (const double expected = all[pod] / stretches; expected > 0)
        chi_square += (one[pod] - expected) * (one[pod] - expected) / expected;
  }
  const auto met = std::ranges::count_if(all, [](double n) { return n > 0; });
  const double degrees = (stretches - 1) * static_cast<double>(met - 1);
  return degrees == 0 || chi_square_tails(chi_square, degrees).high > 1e-3;
}

Duration median_latency(const Evidence& evidence, const std::string& name) {
  if (!evidence.load) return {};
  for (const auto& pod : evidence.load->pods)
    if (pod.pod == name && pod.answered > 0)
      return Duration(static_cast<Duration::rep>(pod.service_time.percentile(50)));
  return {};
}

}  // namespace ingress_check::distribution
