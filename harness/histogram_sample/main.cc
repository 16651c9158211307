// For ci/histogram_check alone: shows another reader what ours records, counts, says and writes.
//   histogram-sample         histograms of seeded values, as JSON, one a line
//   histogram-sample read    takes one base64 text a line and says what was read, likewise
#include <fmt/format.h>

#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>
#include <string_view>

#include "harness/histogram_codec.h"

namespace ingress_check {
namespace {

using Json = nlohmann::ordered_json;

Json described(const Histogram& histogram, std::mt19937_64& random) {
  Json counts = Json::array();
  const Buckets& buckets = histogram.buckets();
  for (std::uint32_t index = 0; index < buckets.size(); ++index)
    if (histogram.at(index) > 0)
      counts.push_back({index, buckets.low(index), buckets.high(index), histogram.at(index)});
  Json percentiles = Json::array();
  std::vector<double> asked{0,  0.1, 1,  5,    10,   25,    50,     75,
                            90, 95,  99, 99.5, 99.9, 99.99, 99.999, 100};
  std::uniform_real_distribution<double> anywhere(0, 100);
  for (int i = 0; i < 15; ++i) asked.push_back(anywhere(random));
  for (const double percent : asked)
    percentiles.push_back({percent, histogram.percentile(percent)});
  return {
      {"digits", buckets.digits()}, {"lowest", buckets.lowest()}, {"highest", buckets.highest()},
      {"buckets", buckets.size()},  {"total", histogram.total()}, {"over", histogram.over()},
      {"min", histogram.min()},     {"max", histogram.max()},     {"mean", histogram.mean()},
      {"counts", counts},           {"percentiles", percentiles}};
}

std::uint64_t drawn(int shape, double highest, std::mt19937_64& random) {
  double value = 0;
  switch (shape) {
    case 0:
      value = std::lognormal_distribution<double>(std::log(highest) / 2, 2)(random);
      break;
    case 1:
      value = std::uniform_real_distribution<double>(0, highest)(random);
      break;
    case 2:
      value = std::exp(std::uniform_real_distribution<double>(0, std::log(highest))(random));
      break;
    case 3:
      value = random() % 10 == 0 ? highest - 1 : 1000;
      break;  // two heaps
    default:
      value = static_cast<double>(random() % 3);
  }
  return static_cast<std::uint64_t>(std::clamp(value, 0.0, highest));
}

void write() {
  std::mt19937_64 random(20240611);
  constexpr std::uint64_t hour_of_nanoseconds = 3'600'000'000'000;
  for (int digits = 1; digits <= 5; ++digits)
    for (const std::uint64_t lowest : {1U, 1000U})
      for (const std::uint64_t highest : {std::uint64_t{1'000'000}, hour_of_nanoseconds})
        for (int shape = 0; shape < 5; ++shape) {
          if (digits == 5 && highest > 1'000'000 && shape != 2) continue;  // three million buckets
          Histogram histogram(*Buckets::create(digits, lowest, highest));
          Json values = Json::array();
          for (std::uint64_t left = random() % 3000; left > 0; --left) {
            const auto value = drawn(shape, static_cast<double>(highest), random);
            histogram.record(value);
            values.push_back(value);
          }
          Json line = described(histogram, random);
          line["values"] = values;
          line["base64"] = encode_base64(histogram);
          std::cout << line.dump() << "\n";
        }
}

int read() {
  std::mt19937_64 random(7);
  for (std::string text; std::getline(std::cin, text);) {
    const auto histogram = decode_histogram_base64(text, 1 << 24);
    if (!histogram) {
      std::cerr << histogram.error().what << "\n";
      return 1;
    }
    std::cout << described(*histogram, random).dump() << "\n";
  }
  return 0;
}

}  // namespace
}  // namespace ingress_check

int main(int count, char** words) {
  if (count > 1 && std::string_view(words[1]) == "read") return ingress_check::read();
  ingress_check::write();
  return 0;
}
