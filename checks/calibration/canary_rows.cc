#include <fmt/format.h>

#include "checks/calibration/world.h"

namespace ingress_check::calibration {

namespace {

FakeCanary canary(double weight) {
  return {.of = "app1", .service = "app1-canary", .weight = weight};
}

/// Header and cookie decide, too.
FakeCanary asked(double weight, bool cookie_first = false) {
  auto all = canary(weight);
  all.header = "X-Canary";
  all.cookie = "canary";
  all.cookie_first = cookie_first;
  return all;
}

std::function<Trial(std::uint64_t)> split(double stated, FakeCanary canary, std::string more = "") {
  return [=](std::uint64_t i) {
    const auto at = cell(i);
    auto config = ingress(i, {}, at.pods, at.replicas);
    FakeService service;
    service.name = "app1-canary";
    for (int pod = 0; pod < 1 + static_cast<int>(i % 4); ++pod)
      service.pods.push_back(fmt::format("app1-canary-{}", pod));
    config.rules.services.push_back(std::move(service));
    config.rules.canaries = {canary};
    return Trial{fmt::format("{{path: /app1, stable: app1, canary: app1-canary, weight: {:g}%{}}}",
                             stated * 100, more),
                 config, "ingress-nginx@1.x"};
  };
}

Trial right(std::uint64_t i) {
  static constexpr double weights[] = {0.05, 0.1, 0.2, 0.5, 0.9};
  const double weight = weights[i % std::size(weights)];
  return split(weight, asked(weight), ", header: X-Canary, cookie: canary")(i);
}

}  // namespace

std::vector<Row> canary_rows() {
  const std::string c = "canary";
  return {
      {c, "as stated", "", "", 1, right},
      {c, "25 % for 20 %", "canary-weight-off", "", 1, split(0.2, canary(0.25))},
      {c, "15 % for 20 %", "canary-weight-off", "", 1, split(0.2, canary(0.15))},
      {c, "90 % for 10 %", "canary-weights-swapped", "", 1, split(0.1, canary(0.9))},
      {c, "none for 20 %", "not-a-canary", "", 1, split(0.2, canary(0))},
      {c, "header ignored", "header-ignored", "", 1, split(0.2, canary(0.2), ", header: X-Canary")},
      {c, "cookie ignored", "cookie-ignored", "", 1, split(0.2, canary(0.2), ", cookie: canary")},
      {c, "cookie before header", "precedence-reversed", "", 1,
       split(0.2, asked(0.2, true), ", header: X-Canary, cookie: canary")},
  };
}

}  // namespace ingress_check::calibration
