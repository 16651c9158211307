#include "checks/latency_limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ingress_check {

namespace {

constexpr double quantiles[] = {0.5, 0.9, 0.95, 0.99, 0.999, 0.9999};

}  // namespace

std::vector<Field> limit_fields() {
  std::vector<Field> all;
  const auto add = [&](std::string name, std::string about, std::string example) {
    Field field{.name = std::move(name), .kind = Kind::duration, .about = std::move(about)};
    field.least = 1e-6;
    field.most = 3600;
    field.example = std::move(example);
    all.push_back(std::move(field));
  };
  for (const double quantile : quantiles)
    add(percentile_name(quantile),
        fmt::format("the longest that {:.6g} % of answers may take, at most", quantile * 100),
        quantile < 0.9 ? "10ms" : "50ms");
  add("max", "the longest that any answer may take: of what was seen", "1s");
  return all;
}

std::vector<LoadLimit> read_limits(const Object& words) {
  std::vector<LoadLimit> all;
  const auto add = [&](const std::string& word, double quantile) {
    const auto* value = words.find(word);
    if (value && value->is<Duration>())
      all.push_back({word, quantile, value->as<Duration>(), value->place});
  };
  for (const double quantile : quantiles) add(percentile_name(quantile), quantile);
  add("max", 1);
  return all;
}

void review_limits(const Object& words, double requests, Duration lasts, double rate,
                   Errors& errors) {
  for (const auto& limit : read_limits(words)) {
    if (limit.quantile >= 1) continue;
    const auto needed = values_to_bound(limit.quantile, load_confidence);
    const double times = static_cast<double>(needed) / std::max(1.0, requests);
    if (times <= 1) continue;
    const double seconds = std::chrono::duration<double>(lasts).count();
    const auto mend = rate > 0 ? fmt::format("send for {:.0f}s or longer, or {:.0f}/s or more",
                                             std::ceil(seconds * times), std::ceil(rate * times))
                               : fmt::format("send {:.0f} times as many", std::ceil(times));
    errors.push_back({fmt::format("{} requests cannot show that {} is kept: with {:.0f} % "
                                  "confidence that takes {}",
                                  thousands(static_cast<std::uint64_t>(std::max(0.0, requests))),
                                  limit.word, load_confidence * 100, thousands(needed)),
                      mend + ", or limit a lower percentile", limit.place});
  }
}

Duration lateness_for(const std::vector<LoadLimit>& limits) {
  auto lowest = Duration::max(), lowest_far = Duration::max();
  for (const auto& limit : limits) {
    lowest = std::min(lowest, limit.most);
    if (limit.quantile >= 0.99) lowest_far = std::min(lowest_far, limit.most);
  }
  const auto counts = lowest_far < Duration::max() ? lowest_far : lowest;
  if (counts == Duration::max()) return std::chrono::milliseconds(10);
  return std::clamp<Duration>(counts / 10, std::chrono::milliseconds(1), std::chrono::seconds(1));
}

}  // namespace ingress_check
