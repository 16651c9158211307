// The report of one load, as the command `load` makes it, for the formats' tests.
#pragma once

#include "reports/report.h"

namespace ingress_check {

/// Counts add up; some histograms stay empty; a pod's name is hostile.
inline LoadReply sample_reply() {
  LoadReply reply;
  reply.open_loop = true;
  reply.protocol = "HTTP/1.1";
  reply.lasted = std::chrono::seconds(10);
  reply.began_after = std::chrono::milliseconds(3);
  reply.offered = 1000;
  reply.achieved = 999.7;
  reply.warm_up = 2000;
  reply.counts.due = 10'000;
  reply.counts.outcomes[static_cast<std::size_t>(Outcome::ok)] = 9'997;
  reply.counts.outcomes[static_cast<std::size_t>(Outcome::timeout)] = 2;
  reply.counts.dropped = 1;
  reply.counts.queued = 31;
  reply.counts.repeated = 4;
  reply.counts.statuses = {{200, 9'900}, {404, 49}, {503, 48}};
  for (std::uint64_t i = 0; i < 9'997; ++i) {
    const std::uint64_t took = 800'000 + 100 * i + (i % 500 == 0 ? 20'000'000 : 0);
    reply.service.record(took);
    reply.first_byte.record(took - 10'000);
    reply.response.record(took + 300);
    reply.send_delay.record(200 + i % 200);
  }
  for (std::uint64_t i = 0; i < 64; ++i) reply.connect.record(40'000 + 1'000 * i);
  reply.bytes_received = 12'345'678;
  reply.bytes_sent = 1'100'000;
  RequestReply& request = reply.requests.emplace_back();
  request.counts = reply.counts;
  request.broke = {3};
  request.response.record(800'300);
  reply.pods.resize(13);
  for (std::size_t i = 0; i < reply.pods.size(); ++i) {
    reply.pods[i].service = "app1";
    reply.pods[i].pod = "app1-" + std::string(1, static_cast<char>('a' + i));
    reply.pods[i].answered = i == 2 ? 7'897 : 175;
    reply.pods[i].service_time.record(900'000);
  }
  reply.pods[2].pod += "\x1b[31m";
  reply.pods[2].server_errors = 48;
  reply.seconds.resize(2);
  reply.seconds[0].due = reply.seconds[0].sent = reply.seconds[0].done = 1000;
  reply.seconds[0].response.record(800'300);
  for (std::uint64_t i = 0; i < 1000; ++i) reply.generator.late.record(100 + i);
  reply.generator.cpu = {0.41, 0.385};
  reply.addresses = {"127.0.0.1:8080"};
  BrokenMatch& broken = reply.broken.emplace_back();
  broken.exchange.status = 503;
  broken.exchange.body = "no";
  return reply;
}

inline Report load_report() {
  Report report;
  report.version = "0.1.0";
  report.run_id = "0123456789ab";
  report.started =
      std::chrono::system_clock::time_point(std::chrono::milliseconds(1'767'225'600'123));
  report.took = std::chrono::milliseconds(12'010);
  report.seed = 7;
  report.command_line = "ingress-check load http://shop.example/ --rate 1000/s";
  ScenarioReport& scenario = report.scenarios.emplace_back();
  scenario.name = "load";
  scenario.targets = {{"target", "http://shop.example/", "127.0.0.1:8080", "", false, {}}};
  CheckReport& check = scenario.checks.emplace_back();
  check.scenario = check.check = check.name = "load";
  check.target = "target";
  check.verdict.summary = "9997 of 10000 requests were answered";
  check.sent = 12'000;
  check.took = std::chrono::seconds(12);
  check.phases = {"load"};
  check.loads = {{"load", sample_reply()}};
  return report;
}

}  // namespace ingress_check
