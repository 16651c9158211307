#include <fmt/format.h>

#include "checks/calibration/world.h"
#include "checks/fake_unrest.h"

namespace ingress_check::calibration {

namespace {

using Kind = FakeLimit::Kind;

constexpr const char* nginx = "ingress-nginx@1.x";  // a controller that counts in buckets

/// On a busy machine.
FakeConfig limited(std::uint64_t i, FakeLimit limit, int replicas) {
  auto config = ingress(i, {}, 2, replicas);
  config.rules.hosts[0].paths.push_back({"/app2", FakePathType::prefix, "app1"});
  config.rules.hosts.push_back({"other.dev", {{"/", FakePathType::prefix, "app1"}}});
  if (limit.hosts.empty()) limit.hosts = {"frieza.dev"};
  config.limits = {limit};
  unsettle(config.load, i);
  return config;
}

struct Rate {
  const char* written;
  double a_second;
};
constexpr Rate rates[] = {{"3/s", 3}, {"10/s", 10}, {"100/s", 100}, {"30/m", 0.5}};

/// A bucket as it should be, of any of the rates and as many replicas as are stated.
Trial right(std::uint64_t i) {
  const auto& rate = rates[i % std::size(rates)];
  const int replicas = cell(i).replicas;
  const double burst = std::max(5 * rate.a_second, 15.0);
  return {fmt::format("{{path: /app1, limit: {}, burst: {:g}, status: 503, replicas: {}}}",
                      rate.written, burst, replicas),
          limited(i, {.rate = rate.a_second, .burst = burst}, replicas), nginx};
}

/// 3/s with a burst of 15 is stated, another limit is in force.
std::function<Trial(std::uint64_t)> wrong(FakeLimit limit, int replicas = 1,
                                          std::string more = "") {
  return [=](std::uint64_t i) {
    return Trial{"{path: /app1, limit: 3/s, burst: 15, status: 503" + more + "}",
                 limited(i, limit, replicas), nginx};
  };
}

Trial absent(std::uint64_t i) {
  auto trial = wrong({.rate = 3, .burst = 15})(i);
  trial.config.limits.clear();
  return trial;
}

constexpr const char* others =
    ", others: {url: \"http://other.dev/app1\", source-address: 192.0.2.7}";

}  // namespace

std::vector<Row> rate_limit_rows() {
  const std::string r = "rate-limit";
  return {
      {r, "a bucket as stated", "", "", 1, right},
      {r, "no limit", "no-limit", "", 1, absent},
      {r, "doubled by replicas", "limit-multiplied", "", 1, wrong({.rate = 3, .burst = 15}, 2)},
      {r, "4/s for 3/s", "other-rate", "", 1, wrong({.rate = 4, .burst = 15})},
      {r, "3/m for 3/s", "other-rate", "", 1, wrong({.rate = 0.05, .burst = 15})},
      {r, "burst of 9 for 15", "other-burst", "", 1, wrong({.rate = 3, .burst = 9})},
      {r, "no burst", "burst-absent", "", 1, wrong({.rate = 3, .burst = 0})},
      {r, "429 for 503", "wrong-status", "", 1, wrong({.rate = 3, .burst = 15, .status = 429})},
      {r, "fixed window", "window", "", 1,
       wrong({.kind = Kind::fixed_window, .rate = 3, .burst = 15})},
      {r, "starving window", "starving-window", "", 1,
       wrong({.kind = Kind::starving_window, .rate = 3, .burst = 13})},
      {r, "one bucket for all clients", "shared-by-clients", "", 1,
       wrong({.rate = 3, .burst = 15, .one_for_all = true}, 1, others)},
      {r, "one bucket for two Ingresses", "shared-by-ingresses", "", 1,
       wrong({.rate = 3, .burst = 15, .hosts = {"frieza.dev", "other.dev"}}, 1, others)},
      {r, "a second path without it", "unlimited-path", "", 1,
       wrong({.rate = 3, .burst = 15, .path = "/app1"}, 1, ", also: [/app2]")},
      {r, "keyed on a forgeable header", "forgeable-client", "", 1,
       wrong({.rate = 3, .burst = 15, .header = "X-Forwarded-For"})},
  };
}

}  // namespace ingress_check::calibration
