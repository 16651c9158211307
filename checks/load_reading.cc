#include "checks/load_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ingress_check {

namespace {

constexpr std::size_t most_blocks = 40;
constexpr Duration shortest_block = std::chrono::milliseconds(50);

Duration time(std::uint64_t nanoseconds) {
  return Duration(static_cast<Duration::rep>(nanoseconds));
}

std::uint64_t rank_of(double quantile, std::uint64_t n) {
  const auto rank = std::ceil(quantile * static_cast<double>(n) - 1e-9);
  return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::max(rank, 1.0)), 1, n);
}

std::uint64_t above_in(const CompactHistogram& histogram, std::uint64_t value) {
  const auto& buckets = histogram.buckets();
  std::uint64_t sum = 0;
  for (auto i = buckets.index(std::min(value, buckets.highest())) + 1; i < buckets.size(); ++i)
    sum += histogram.at(i);
  return sum;
}

/// The ends of the bucket of the k-th smallest value, no further than what was seen.
template <class Histogram>
std::pair<Duration, Duration> around_rank(const Histogram& histogram, std::uint64_t k) {
  const auto high = histogram.at_rank(k);
  const auto& buckets = histogram.buckets();
  const auto low = buckets.low(buckets.index(std::min(high, buckets.highest())));
  return {time(std::clamp(low, histogram.min(), histogram.max())),
          time(std::clamp(high, histogram.min(), histogram.max()))};
}

template <class Histogram>
Percentile measured(const Histogram& histogram, double quantile, double spread) {
  Percentile found{.quantile = quantile, .n = histogram.total(), .spread = spread};
  found.value = around_rank(histogram, rank_of(quantile, found.n)).second;
  const auto ranks = quantile_ranks(quantile, found.n, load_confidence, spread);
  if (ranks.low > 0) found.low = around_rank(histogram, ranks.low).first;
  if (ranks.high > 0) found.high = around_rank(histogram, ranks.high).second;
  return found;
}

}  // namespace

Latencies::Latencies(const LoadReply& reply, Duration warm_up, LoadPart part) : part_(part) {
  add(reply, warm_up);
}

void Latencies::add(const LoadReply& reply, Duration warm_up) {
  phases_.push_back({&reply, warm_up});
  // Buckets are the same: no Error can come of it.
  if (part_.pod)
    (void)of_part_.merge(reply.pods[*part_.pod].service_time);
  else if (part_.request)
    (void)of_part_.merge(reply.requests[*part_.request].response);
  else
    (void)all_.merge(reply.response);
}

std::uint64_t Latencies::n() const { return part_.whole() ? all_.total() : of_part_.total(); }

Duration Latencies::max() const { return time(part_.whole() ? all_.max() : of_part_.max()); }

bool Latencies::add_samples(const Phase& phase, std::uint64_t above,
                            std::vector<Block>& blocks) const {
  const auto& reply = *phase.reply;
  const bool enough = reply.seconds.size() >= least_blocks;
  if (reply.samples.empty() || (reply.samples_full && enough)) return false;
  const auto many = std::clamp<std::size_t>(static_cast<std::size_t>(reply.lasted / shortest_block),
                                            1, most_blocks);
  const auto begin = blocks.size();
  blocks.resize(begin + many);
  const double scale = static_cast<double>(many) / static_cast<double>(reply.lasted.count() + 1);
  for (const auto& worker : reply.samples)
    for (const auto& sample : worker) {
      if (sample.outcome != Outcome::ok || sample.due < phase.warm_up.count()) continue;
      if ((part_.request && sample.request != *part_.request) ||
          (part_.pod && sample.who != *part_.pod))
        continue;
      const auto at =
          static_cast<std::size_t>(static_cast<double>(sample.due - phase.warm_up.count()) * scale);
      auto& block = blocks[begin + std::min(at, many - 1)];
      ++block.n;
      const auto took = sample.done - (part_.pod ? sample.sent : sample.due);
      block.above += took > 0 && static_cast<std::uint64_t>(took) > above;
    }
  return true;
}

/// Seconds tell of all answers alone; a part's hang together as all do.
void Latencies::add_seconds(const Phase& phase, std::uint64_t above,
                            std::vector<Block>& blocks) const {
  const auto& seconds = phase.reply->seconds;
  const auto first = static_cast<std::size_t>((phase.warm_up + phase.reply->slice - Duration(1)) /
                                              phase.reply->slice);
  const auto count = seconds.size() > first ? seconds.size() - first : 0;
  const auto joined = std::max<std::size_t>(1, (count + most_blocks - 1) / most_blocks);
  for (std::size_t i = 0; i < count; ++i) {
    if (i % joined == 0) blocks.emplace_back();
    const auto& response = seconds[first + i].response;
    blocks.back().n += response.total();
    blocks.back().above += above_in(response, above);
  }
}

std::vector<Block> Latencies::blocks(std::uint64_t above) const {
  std::vector<Block> all;
  for (const auto& phase : phases_)
    if (!add_samples(phase, above, all)) add_seconds(phase, above, all);
  return all;
}

Duration Latencies::value(double quantile) const {
  if (n() == 0) return {};
  const auto rank = rank_of(quantile, n());
  return part_.whole() ? around_rank(all_, rank).second : around_rank(of_part_, rank).second;
}

Percentile Latencies::percentile(double quantile) const {
  if (n() == 0) return {.quantile = quantile};
  const auto spread_at = [&](double at) {
    const auto rank = rank_of(at, n());
    const auto value = part_.whole() ? all_.at_rank(rank) : of_part_.at_rank(rank);
    return spread(blocks(value), load_confidence);
  };
  double widest = spread_at(quantile);
  if (quantile > 0.95) widest = std::max(widest, spread_at(1 - 10 * (1 - quantile)));
  return part_.whole() ? measured(all_, quantile, widest) : measured(of_part_, quantile, widest);
}

std::uint64_t slower(const CompactHistogram& histogram, Duration than) {
  return above_in(histogram, static_cast<std::uint64_t>(std::max<Duration::rep>(0, than.count())));
}

std::string rounded(Duration value) {
  auto unit = Duration::rep{1};
  while (value.count() / unit >= 1000) unit *= 10;
  return to_string(Duration((value.count() + unit / 2) / unit * unit));
}

std::string percentile_name(double quantile) { return fmt::format("p{:.6g}", quantile * 100); }

std::string thousands(std::uint64_t number) {
  auto text = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

std::string to_string(const Percentile& found) {
  if (found.n == 0) return "no answer at all";
  const auto percent = load_confidence * 100;
  const auto value = rounded(found.value);
  if (!found.high)
    return fmt::format("{} (not below {} with {:.0f} % confidence; {} answers give no upper bound)",
                       value, rounded(found.low), percent, thousands(found.n));
  return fmt::format("{} ({} to {} with {:.0f} % confidence, of {} answers)", value,
                     rounded(found.low), rounded(*found.high), percent, thousands(found.n));
}

}  // namespace ingress_check
