#include <fmt/format.h>

#include "checks/calibration/world.h"

namespace ingress_check::calibration {

namespace {

std::function<Trial(std::uint64_t)> pinned(FakeCookie cookie, std::string words = "",
                                           std::size_t least_pods = 2, int least_replicas = 1) {
  return [=](std::uint64_t i) {
    auto at = cell(i);
    at.pods = std::max(at.pods, least_pods);
    auto how = cookie;
    if (i % 2) how.mode = FakeCookie::Mode::persistent;
    return Trial{fmt::format("path: /app1\ncookie: INGRESSCOOKIE\npods: {}\n", at.pods) + words,
                 ingress(i, {.workers = at.workers, .cookie = how}, at.pods,
                         std::max(at.replicas, least_replicas))};
  };
}

Trial without_one(std::uint64_t i) {
  auto trial = pinned({}, "", 3)(i);
  trial.config.balance["app1"].absences = {{.pod = 0, .from = {}, .to = std::chrono::hours(1000)}};
  return trial;
}

}  // namespace

std::vector<Row> stickiness_rows() {
  const std::string s = "stickiness";
  return {
      {s, "pinned", "", "", 1, pinned({})},
      {s, "pinned, set always", "", "", 1, pinned({.always = true}, "set: always")},
      {s, "no HttpOnly", "readable-by-scripts", "", 1,
       pinned({.attributes = "; Path=/"}, "http-only: true")},
      {s, "another Path", "wrong-cookie-path", "", 1,
       pinned({.attributes = "; Path=/app2; HttpOnly"})},
      {s, "set on every response", "set-on-every-response", "", 1,
       pinned({.always = true}, "set: once")},
      {s, "lost between replicas", "lost-between-replicas", "", 1,
       [](std::uint64_t i) {
         auto trial = pinned({.per_replica = true})(i);
         trial.config.replicas = 2;
         trial.config.balance["app1"].cookie->mode = FakeCookie::Mode::balanced;
         return trial;
       }},
      {s, "lost on reconnect", "lost-on-reconnect", "", 1,
       [](std::uint64_t i) {
         auto trial = pinned({.per_connection = true}, "", 3)(i);
         trial.config.balance["app1"].cookie->mode = FakeCookie::Mode::balanced;
         return trial;
       }},
      {s, "all on one pod", "one-pod-for-all", "", 1, pinned({.one_pod = true})},
      {s, "one pod without clients", "pod-without-clients", "", 1, without_one},
  };
}

}  // namespace ingress_check::calibration
