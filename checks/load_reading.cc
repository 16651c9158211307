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

constexpr std::uint64_t enough_exceeding = 16;

/// The numbers that exceed a threshold, for which it is tried: each a little greater.
std::uint64_t next_exceeding(std::uint64_t now) {
  return now + std::max<std::uint64_t>(1, now / 6);
}

}  // namespace

Latencies::Latencies(const LoadReply& reply, Duration warm_up, LoadPart part) : part_(part) {
  add(reply, warm_up);
}

void Latencies::add(const LoadReply& reply, Duration warm_up) {
  const Phase phase{&reply, warm_up};
  if (!take_samples(phase)) by_seconds_.push_back(phase);
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

bool Latencies::take_samples(const Phase& phase) {
  const auto& reply = *phase.reply;
  const bool enough = reply.seconds.size() >= least_blocks;
  if (reply.samples.empty() || (reply.samples_full && enough)) return false;
  const auto many = static_cast<std::uint32_t>(
      std::clamp<Duration::rep>(reply.lasted / shortest_block, 1, most_blocks));
  const double scale = many / static_cast<double>(reply.lasted.count() + 1);
  for (const auto& worker : reply.samples)
    for (const auto& sample : worker) {
      const auto since = sample.due - phase.warm_up.count();
      if (sample.outcome != Outcome::ok || since < 0) continue;
      if ((part_.request && sample.request != *part_.request) ||
          (part_.pod && sample.who != *part_.pod))
        continue;
      const auto block = static_cast<std::uint32_t>(static_cast<double>(since) * scale);
      const auto took = sample.done - (part_.pod ? sample.sent : sample.due);
      timed_.push_back({timed_blocks_ + std::min(block, many - 1),
                        static_cast<std::uint64_t>(std::max<std::int64_t>(0, took))});
    }
  timed_blocks_ += many;
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
  std::vector<Block> all(timed_blocks_);
  for (const auto& one : timed_) {
    ++all[one.block].n;
    all[one.block].above += one.took > above;
  }
  for (const auto& phase : by_seconds_) add_seconds(phase, above, all);
  return all;
}

std::uint64_t Latencies::at_rank(std::uint64_t rank) const {
  return part_.whole() ? std::clamp(all_.at_rank(rank), all_.min(), all_.max())
                       : std::clamp(of_part_.at_rank(rank), of_part_.min(), of_part_.max());
}

Duration Latencies::value(double quantile) const {
  return n() == 0 ? Duration::zero() : time(at_rank(rank_of(quantile, n())));
}

std::uint64_t Latencies::bucket_low(std::uint64_t value) const {
  const auto& buckets = part_.whole() ? all_.buckets() : of_part_.buckets();
  return buckets.low(buckets.index(std::min(value, buckets.highest())));
}

/// Of those that are as long or longer: with many alike, that is more than exceed it.
double Latencies::spread_of(std::uint64_t exceeding) const {
  const auto counted = std::min(std::max(exceeding, enough_exceeding), n() - 1);
  const auto low = bucket_low(at_rank(n() - counted));
  return spread(blocks(low > 0 ? low - 1 : 0), load_confidence);
}

/// From the percentile down: the first threshold that too many exceed for the percentile to be
/// below it. A bucket's lower end, as values within it are not told apart.
Duration Latencies::low_end(double quantile) const {
  const auto total = n();
  for (auto above = total - rank_of(quantile, total); above < total;
       above = next_exceeding(above)) {
    const auto rank = total - above;
    const auto most = quantile_ranks(quantile, total, load_confidence).low;
    if (rank > most) continue;  // not even if values were independent
    if (rank > quantile_ranks(quantile, total, load_confidence, spread_of(above)).low) continue;
    return time(bucket_low(at_rank(rank)));
  }
  return {};
}

/// From the longest down: the last threshold that so few exceed that the percentile is below it. So
/// few tell little of how far they hang together: at least as far as those at the percentile.
std::optional<Duration> Latencies::high_end(double quantile, double least_spread) const {
  const auto total = n();
  const auto least = quantile_ranks(quantile, total, load_confidence).high;
  if (least == 0) return std::nullopt;
  auto end = 2 * max();
  for (std::uint64_t above = 0; above < total && total - above >= least;
       above = next_exceeding(above)) {
    const double together = std::max(spread_of(above), least_spread);
    const auto rank = quantile_ranks(quantile, total, load_confidence, together).high;
    if (rank == 0 || total - above < rank) break;
    end = time(at_rank(total - above));
  }
  return end;
}

Percentile Latencies::percentile(double quantile) const {
  Percentile found{.quantile = quantile, .n = n()};
  if (found.n == 0) return found;
  found.value = value(quantile);
  // Where twice as many are slower, chance spares fewer of the clusters that there are.
  const auto slower = found.n - rank_of(quantile, found.n);
  if (found.n > 1) found.spread = std::max(spread_of(slower), spread_of(2 * slower));
  found.low = std::min(found.value, low_end(quantile));
  found.high = high_end(quantile, found.spread);
  return found;
}

std::uint64_t slower(const CompactHistogram& histogram, Duration than) {
  return above_in(histogram, static_cast<std::uint64_t>(std::max<Duration::rep>(0, than.count())));
}

std::string rounded(Duration value) {
  static constexpr std::pair<double, const char*> units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}};
  auto exact = static_cast<double>(value.count());
  const double step = std::pow(10, std::floor(std::log10(std::max(exact, 1.0))) - 2);
  exact = std::round(exact / step) * step;
  for (const auto& [factor, unit] : units)
    if (exact >= factor) return fmt::format("{:.4g}{}", exact / factor, unit);
  return fmt::format("{:.0f}ns", exact);
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
