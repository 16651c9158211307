#include "checks/load_signs.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "checks/load_reading.h"

namespace ingress_check {

namespace {

constexpr Duration shortest_stall = std::chrono::milliseconds(50);

double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

/// Samples of one pod (all without), the warm-up apart, in order of done.
std::vector<Sample> samples_of(const LoadReply& reply, Duration warm_up,
                               std::optional<std::size_t> pod) {
  std::vector<Sample> all;
  for (const auto& worker : reply.samples)
    for (const auto& sample : worker)
      if (sample.done >= 0 && sample.due >= warm_up.count() && (!pod || sample.who == *pod))
        all.push_back(sample);
  std::ranges::sort(all, {}, &Sample::done);
  return all;
}

/// The value that 1 / `part` of all are below.
std::int64_t below(std::vector<std::int64_t> values, std::size_t part) {
  const auto there = values.begin() + static_cast<std::ptrdiff_t>(values.size() / part);
  std::ranges::nth_element(values, there);
  return *there;
}

std::int64_t median(std::vector<std::int64_t> values) { return below(std::move(values), 2); }

struct Gap {
  std::int64_t begin, end;
};

/// Stretches without a completion although something was under way.
std::vector<Gap> gaps(const std::vector<Sample>& samples) {
  std::vector<std::int64_t> times;
  for (const auto& sample : samples) times.push_back(sample.done - sample.sent);
  const auto mean =
      (samples.back().done - samples.front().done) / static_cast<std::int64_t>(samples.size() - 1);
  const auto least = std::max({shortest_stall.count(), 8 * median(std::move(times)), 20 * mean});
  std::vector<Gap> found;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    const Gap gap{samples[i - 1].done, samples[i].done};
    if (gap.end - gap.begin < least) continue;
    // What completes next was sent at the latest in the middle of the gap.
    const auto middle = gap.begin + (gap.end - gap.begin) / 2;
    const auto until = std::min(samples.size(), i + 64);
    for (std::size_t next = i; next < until; ++next)
      if (samples[next].sent <= middle) {
        found.push_back(gap);
        break;
      }
  }
  return found;
}

std::optional<Duration> period(const std::vector<Gap>& found) {
  std::vector<std::int64_t> between;
  for (std::size_t i = 1; i < found.size(); ++i)
    between.push_back(found[i].begin - found[i - 1].begin);
  const auto usual = median(between);
  for (const auto one : between) {
    // One that was missed in between leaves a multiple.
    const double turns = static_cast<double>(one) / static_cast<double>(usual);
    if (turns < 0.5 || std::abs(turns - std::round(turns)) > 0.15) return std::nullopt;
  }
  return Duration(usual);
}

std::optional<Stalls> stalls_of(const LoadReply& reply, Duration warm_up, Duration limit,
                                std::optional<std::size_t> pod) {
  const auto samples = samples_of(reply, warm_up, pod);
  if (samples.size() < 20) return std::nullopt;
  const auto found = gaps(samples);
  if (found.size() < 2) return std::nullopt;
  Stalls all{.pod = pod ? reply.pods[*pod].pod : "", .times = found.size()};
  for (const auto& gap : found) all.longest = std::max(all.longest, Duration(gap.end - gap.begin));
  all.every = period(found);
  std::uint64_t slow = 0, met = 0;
  for (const auto& sample : samples_of(reply, warm_up, std::nullopt)) {
    if (sample.done - sample.due <= limit.count()) continue;
    ++slow;
    met += (!pod || sample.who == *pod) && std::ranges::any_of(found, [&](const Gap& gap) {
             return sample.due < gap.end && sample.done > gap.begin;
           });
  }
  all.share = slow == 0 ? 0 : static_cast<double>(met) / static_cast<double>(slow);
  return all;
}

struct PodMedian {
  std::string pod;
  Percentile median;
};

std::optional<SlowPods> slow_among(const std::string& service, std::vector<PodMedian> pods) {
  if (pods.size() < 2) return std::nullopt;
  std::ranges::sort(pods, {}, [](const PodMedian& pod) { return pod.median.value; });
  const auto& middle = pods[(pods.size() - 1) / 2];
  SlowPods found{.service = service, .others_median = middle.median.value};
  for (const auto& pod : pods)
    if (pod.median.beyond(2 * *middle.median.high)) {
      found.pods.push_back(pod.pod);
      found.median = pod.median.value;
    }
  found.others = pods.size() - found.pods.size();
  if (found.pods.empty() || found.pods.size() > found.others) return std::nullopt;
  return found;
}

}  // namespace

std::optional<SlowPods> slow_pods(const LoadReply& reply, Duration warm_up) {
  std::map<std::string, std::vector<PodMedian>> services;
  for (std::size_t i = 0; i < reply.pods.size(); ++i) {
    const auto& pod = reply.pods[i];
    if (pod.pod.empty() || pod.pod == "other") continue;
    const auto found = Latencies(reply, warm_up, {.pod = i}).percentile(0.5);
    if (found.high) services[pod.service].push_back({pod.pod, found});
  }
  std::optional<SlowPods> slowest;
  for (auto& [service, pods] : services)
    if (auto found = slow_among(service, std::move(pods)))
      if (!slowest || found->median > slowest->median) slowest = std::move(found);
  return slowest;
}

std::optional<Stalls> stalls(const LoadReply& reply, Duration warm_up, Duration limit) {
  auto most = stalls_of(reply, warm_up, limit, std::nullopt);
  if (most) return most;
  for (std::size_t i = 0; i < reply.pods.size(); ++i) {
    if (reply.pods[i].pod.empty() || reply.pods[i].pod == "other") continue;
    auto found = stalls_of(reply, warm_up, limit, i);
    if (found && (!most || found->share > most->share)) most = std::move(found);
  }
  return most;
}

std::optional<Refusals> refusals(const LoadReply& reply) {
  Refusals all{.of = reply.counts.due};
  std::uint64_t most = 0;
  for (const auto& [status, count] : reply.counts.statuses) {
    if (status != 429 && status != 503) continue;
    all.refused += count;
    if (count > most) all.status = status;
    most = std::max(most, count);
  }
  const auto accepted = reply.counts.answered() - all.refused;
  if (accepted == 0 || all.refused * 100 < all.of || all.refused == 0) return std::nullopt;
  const double lasted = seconds(reply.lasted);
  if (lasted <= 0) return std::nullopt;
  all.accepted_rate = static_cast<double>(accepted) / lasted;
  all.offered_rate = static_cast<double>(all.of) / lasted;
  return all;
}

std::optional<Backlog> backlog(const LoadReply& reply, Duration warm_up) {
  const auto samples = samples_of(reply, warm_up, std::nullopt);
  if (samples.size() < 60) return std::nullopt;
  const auto end = (warm_up + reply.lasted).count(), third = reply.lasted.count() / 3;
  std::vector<std::int64_t> first, last;
  std::uint64_t done = 0;
  for (const auto& sample : samples) {
    if (sample.due < warm_up.count() + third) first.push_back(sample.done - sample.due);
    if (sample.due >= end - third) last.push_back(sample.done - sample.due);
    done += sample.done <= end;
  }
  if (first.empty() || last.empty()) return std::nullopt;
  // In a queue nobody is spared; a slow pod leaves the answers of the others as fast as they were.
  const bool all_wait = 2 * below(last, 4) >= 3 * below(first, 4);
  Backlog found{.first = Duration(median(std::move(first))),
                .last = Duration(median(std::move(last)))};
  const double lasted = seconds(reply.lasted);
  found.done_rate = static_cast<double>(done) / lasted;
  found.offered_rate = static_cast<double>(reply.counts.due) / lasted;
  if (!all_wait || 2 * found.last < 3 * found.first || found.done_rate > 0.98 * found.offered_rate)
    return std::nullopt;
  return found;
}

double kept_up(const LoadReply& reply, Duration warm_up) {
  if (reply.counts.due == 0) return 1;
  const double due = static_cast<double>(reply.counts.due);
  const auto samples = samples_of(reply, warm_up, std::nullopt);
  if (samples.empty() || reply.samples_full)
    return static_cast<double>(reply.counts.answered()) / due;
  const auto end = (warm_up + reply.lasted).count();
  const auto early = warm_up.count() + reply.lasted.count() / 3;
  std::int64_t slowest = Duration(std::chrono::milliseconds(100)).count();
  for (const auto& sample : samples)
    if (sample.due < early && sample.outcome == Outcome::ok)
      slowest = std::max(slowest, sample.done - sample.due);
  const auto in_time = std::ranges::count_if(samples, [&](const Sample& sample) {
    return sample.outcome == Outcome::ok && sample.done <= end + slowest;
  });
  return static_cast<double>(in_time) / due;
}

}  // namespace ingress_check
