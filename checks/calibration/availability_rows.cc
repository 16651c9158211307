#include <fmt/format.h>

#include "checks/calibration/world.h"

namespace ingress_check::calibration {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A change at 4 s that is in force within 300 ms, and what happens around it.
std::function<Trial(std::uint64_t)> changed(std::vector<FakeEpisode> meanwhile = {},
                                            double errors = 0) {
  return [=](std::uint64_t i) {
    const auto at = cell(i);
    auto config = ingress(i, {}, at.pods, at.replicas);
    config.load.any.sigma = 0.2 * static_cast<double>(i % 4);
    config.load.wander = 0.2 * static_cast<double>(i % 2);
    config.load.errors = errors;
    config.load.episodes = meanwhile;
    // As every request meets it at its own time, a little jitter of the moment is the seed's.
    config.load.episodes.push_back({.from = milliseconds(4000 + 300 * (i % 11) / 10),
                                    .to = seconds(100),
                                    .service = "green",
                                    .pod = "green-a"});
    return Trial{
        "{path: /app1, rate: 100/s, for: 10s, settle: 1s, gap: 500ms, convergence: 3s, "
        "during: [{run: [deploy], at: 4s, undo: [undo]}], "
        "expect: {before: {service: app1}, after: {service: green}}}",
        config};
  };
}

}  // namespace

std::vector<Row> availability_rows() {
  const std::string a = "availability";
  return {
      {a, "a change that loses nothing", "", "", 1, changed()},
      {a, "503 for 300 ms", "errors-during-change", "", 1,
       changed({{.from = seconds(4), .to = milliseconds(4300), .status = 503}})},
      {a, "404 for 300 ms", "not-found-during-change", "", 1,
       changed({{.from = seconds(4), .to = milliseconds(4300), .status = 404}})},
      {a, "connections cut for 100 ms", "connections-cut", "", 1,
       changed({{.from = seconds(4), .to = milliseconds(4100), .status = 0}})},
      {a, "1 % of errors all the time", "failing", "", 1, changed({}, 0.01)},
      {a, "stale answers for 500 ms", "stale-answers", "", 1,
       changed({{.from = seconds(7), .to = milliseconds(7500), .service = "app1"}})},
      {a, "a stall of a second", "stall", "", 1,
       changed({{.from = seconds(2), .to = seconds(3), .holds = seconds(2), .service = "app1"}})},
  };
}

}  // namespace ingress_check::calibration
