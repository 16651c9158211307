// The one report from which every format's golden file is rendered: every kind of standing, two
// phases of load with a stall, a target that is not there, text of a hostile server.
#pragma once

#include <string>

#include "reports/load_sample_test.h"
#include "reports/sample_test.h"

namespace ingress_check {

/// A phase of `slices` seconds at 500/s; from `stalls_at` on, five seconds are slow and fail in
/// part. All takes `times` as long. Nothing is drawn by chance.
inline LoadPhase fixed_phase(const std::string& name, std::size_t slices, std::size_t stalls_at,
                             double times = 1) {
  LoadReply reply;
  reply.open_loop = true;
  reply.protocol = "HTTP/1.1";
  reply.lasted = std::chrono::seconds(slices);
  reply.began_after = std::chrono::milliseconds(3);
  reply.offered = 500;
  reply.addresses = {"127.0.0.1:8080"};
  reply.generator.cpu = {0.2};
  const char* pods[] = {"app1-7d9f", "app1-<b>8c2e</b>", "app1-x41z"};
  for (const char* pod : pods)
    reply.pods.emplace_back().service = "app1", reply.pods.back().pod = pod;
  std::uint64_t number = 0;
  for (std::size_t at = 0; at < slices; ++at) {
    SecondReply& second = reply.seconds.emplace_back();
    second.due = second.sent = 500;
    const bool slow = at >= stalls_at && at < stalls_at + 5;
    for (int i = 0; i < 500; ++i, ++number) {
      const std::uint64_t spread = number * 2'654'435'761u % 1000;  // even over 0 to 999
      const auto took = static_cast<std::uint64_t>(
          times * static_cast<double>(900'000 + 700 * spread + (spread > 985 ? 6'000'000 : 0) +
                                      (slow ? 40'000 * spread : 0)));
      const std::uint64_t late = 300 + spread % 200 + (slow ? 20'000 * spread : 0);
      ++reply.counts.due;
      reply.send_delay.record(late);
      if (slow && spread >= 960) {
        ++reply.counts.outcomes[static_cast<std::size_t>(Outcome::timeout)];
        ++second.failed;
        continue;
      }
      ++reply.counts.outcomes[static_cast<std::size_t>(Outcome::ok)];
      ++reply.counts.statuses[slow && spread >= 940 ? 503 : 200];
      if (slow && spread >= 940) ++second.server_errors;
      reply.service.record(took);
      reply.response.record(took + late);
      second.response.record(took + late);
      PodReply& pod = reply.pods[spread % 10 < 5 ? 0 : spread % 10 < 8 ? 1 : 2];
      ++pod.answered;
      pod.service_time.record(took);
    }
    second.done = 500;
  }
  reply.achieved = static_cast<double>(reply.counts.answered()) / static_cast<double>(slices);
  return {name, reply, std::chrono::system_clock::time_point(std::chrono::seconds(1'767'225'602))};
}

inline ScenarioReport fixed_storm() {
  ScenarioReport scenario;
  scenario.file = "storm.yaml";
  scenario.source = "scenario: storm\n";
  scenario.name = "storm";
  scenario.targets = {{"old", "https://shop.example", "10.0.0.7:443", "", false, {}},
                      {"new", "https://shop.example", "10.0.0.8:443", "", false, {}}};
  scenario.targets[1].error =
      Error{"nobody listens on 10.0.0.8:443", "start it, or name another address", {}, false};
  CheckReport storm = sample_check("latency", Verdict::Kind::fail,
                                   "p99 is 1.62s, beyond 250ms, with all of its interval");
  storm.target = "old";
  storm.place = {"storm.yaml", 3, 5, 7};
  storm.phases = {"calm", "storm"};
  storm.loads = {fixed_phase("calm", 10, 10), fixed_phase("storm", 20, 8)};
  storm.loads[1].began += std::chrono::seconds(12);
  storm.sent = 15'000;
  storm.took = std::chrono::seconds(32);
  storm.verdict.figures = {{"response_p99_us", 1'620'000}, {"achieved_per_s", 495}};
  CheckReport absent =
      sample_check("latency", Verdict::Kind::inconclusive, "nobody listens on 10.0.0.8:443");
  absent.target = "new";
  absent.judged = false;
  absent.phases = {};
  absent.sent = 0;
  absent.took = {};
  CheckReport unexpected = sample_check("redirects", Verdict::Kind::pass, "2 routes are as said");
  unexpected.target = "old";
  unexpected.expected_to_fail = "the old one answers 302";
  scenario.checks = {storm, absent, unexpected};
  return scenario;
}

inline Report fixed_report() {
  Report report = sample_report();
  ScenarioReport& shop = report.scenarios.front();
  shop.sha256 = std::string(64, 'a');
  shop.checks[1].verdict.figures = {{"routes", 2}, {"requests", 24}};
  shop.checks[1].verdict.findings[0].exchange->body =
      "<script>alert(1)</script> ]]> \x1b[31m \xff & \xe2\x80\xae@everyone";
  report.scenarios.push_back(fixed_storm());
  report.took = std::chrono::milliseconds(33'500);
  report.command_line = "ingress-check run shop.yaml storm.yaml";
  report.exit_status = 3;
  return report;
}

}  // namespace ingress_check
