// The percentile distribution of the response times of each phase of load, as the plotters around
// HdrHistogram read it (https://hdrhistogram.github.io/HdrHistogram/plotFiles.html): milliseconds,
// five points for each halving of the distance to 100 %. They skip what begins with "#"; one phase
// a file is what they expect, so where a report has several, each follows its own title.
#include <fmt/format.h>

#include <bit>
#include <cmath>

#include "reports/phases.h"

namespace ingress_check::formats {
namespace {

constexpr double ns_of_ms = 1e6;
constexpr int points_per_halving = 5;

/// The next percentile to print (PercentileIterator of HdrHistogram 2.2).
double next_level(double level) {
  const double halvings = std::floor(std::log2(100 / (100 - level))) + 1;
  return level + 100 / (points_per_halving * std::exp2(halvings));
}

std::string row(std::uint64_t value, double percentile, std::uint64_t count) {
  std::string out = fmt::format("{:12.3f} {:2.12f} {:10}", static_cast<double>(value) / ns_of_ms,
                                percentile / 100, count);
  if (percentile < 100) out += fmt::format(" {:14.2f}", 1 / (1 - percentile / 100));
  return out + "\n";
}

std::string rows(const Histogram& histogram) {
  std::string out;
  const std::uint64_t total = histogram.total();
  std::uint64_t up_to = 0, last = 0;
  double level = 0;
  for (std::uint32_t bucket = 0; up_to < total; ++bucket) {
    const std::uint64_t here = histogram.at(bucket);
    if (here == 0) continue;
    up_to += here;
    last = histogram.buckets().high(bucket);
    const double reached = 100 * static_cast<double>(up_to) / static_cast<double>(total);
    for (bool first = true; reached >= level && level < 100 && (first || up_to < total);
         first = false, level = next_level(level))
      out += row(last, level, up_to);
  }
  return out + row(last, 100, total);
}

/// Around the middles of the buckets, as the mean is.
double deviation(const Histogram& histogram) {
  double sum = 0;
  const double mean = histogram.mean();
  for (std::uint32_t bucket = 0; bucket < histogram.buckets().size(); ++bucket)
    sum += static_cast<double>(histogram.at(bucket)) *
           std::pow(static_cast<double>(histogram.buckets().middle(bucket)) - mean, 2);
  return std::sqrt(sum / static_cast<double>(histogram.total()));
}

/// The reference counts buckets of doubling width, each with so many sub-buckets.
std::string footer(const Histogram& histogram) {
  const Buckets& buckets = histogram.buckets();
  const std::uint32_t sub_buckets =
      std::bit_ceil(static_cast<std::uint32_t>(2 * std::pow(10, std::min(buckets.digits(), 5))));
  return fmt::format(
      "#[Mean    = {:12.3f}, StdDeviation   = {:12.3f}]\n"
      "#[Max     = {:12.3f}, Total count    = {:12}]\n"
      "#[Buckets = {:12}, SubBuckets     = {:12}]\n",
      histogram.mean() / ns_of_ms, deviation(histogram) / ns_of_ms,
      static_cast<double>(histogram.max()) / ns_of_ms, histogram.total(),
      2 * buckets.size() / sub_buckets - 1, sub_buckets);
}

std::string render(const Report& report, const RenderOptions&) {
  std::string out;
  for (const auto& phase : load_phases(report)) {
    const Histogram& response = phase.load->reply.response;
    if (response.total() == 0) continue;
    out += fmt::format("{}#[{}: response time in milliseconds]\n", out.empty() ? "" : "\n",
                       name(phase));
    out += fmt::format("{:>12} {:>14} {:>10} {:>14}\n\n", "Value", "Percentile", "TotalCount",
                       "1/(1-Percentile)");
    out += rows(response) + footer(response);
  }
  return out.empty() ? "#[no load was answered]\n" : out;
}

}  // namespace

extern const Format hgrm{"hgrm", "percentile distribution, for HdrHistogram's plotter", render};

}  // namespace ingress_check::formats
