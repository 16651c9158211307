// A report with one check of every kind, for the formats' tests.
#pragma once

#include "reports/report.h"

namespace ingress_check {

inline CheckReport sample_check(const std::string& name, Verdict::Kind kind,
                                const std::string& summary) {
  CheckReport check;
  check.scenario = "shop";
  check.check = check.name = name;
  check.target = "target";
  check.place = {"shop.yaml", 5, 5, static_cast<int>(name.size())};
  check.verdict.kind = kind;
  check.verdict.summary = summary;
  check.sent = 42;
  check.took = std::chrono::milliseconds(120);
  check.phases = {"first", "fresh"};
  return check;
}

inline CheckReport sample_failure() {
  CheckReport check =
      sample_check("routing", Verdict::Kind::fail, "1 of 2 routes is answered by another service");
  check.name = "routes";
  check.cell = {{"http", "2"}};
  Finding finding;
  finding.place = {"shop.yaml", 8, 34, 4};
  finding.subject = "GET http://frieza.dev/app2";
  finding.expected = "service app2";
  finding.actual = "200 by app1 (pod app1-\x1b[31mb), 12 of 12";
  finding.broke = finding.of = 12;
  finding.request = Request{};
  Exchange exchange;
  exchange.address = "127.0.0.1:8080";
  exchange.status = 200;
  exchange.version = HttpVersion::http1;
  exchange.headers.add("Content-Type", "text/plain");
  exchange.body = "hello";
  exchange.body_size = 5;
  exchange.who = {"app1", "app1-b"};
  exchange.tls = TlsFacts{};
  exchange.tls->chain.emplace_back().subject = "CN=frieza.dev";
  finding.exchange = exchange;
  check.verdict.findings = {finding};
  check.reproduce = {
      "curl -sv --connect-to 'frieza.dev:80:127.0.0.1:8080' 'http://frieza.dev/app2'"};
  check.verdict.diagnoses = {
      {"wrong-service", "the rule for /app2 names app1, or a rule before it takes /app2 as well",
       "look at `kubectl describe ingress` for /app2", "Ingress, path types", ""}};
  check.verdict.not_shown = {"what other hosts do"};
  return check;
}

/// pass, fail, failed as expected, not supported, skipped, inconclusive.
inline Report sample_report() {
  Report report;
  report.version = "0.1.0";
  report.run_id = "0123456789ab";
  report.started =
      std::chrono::system_clock::time_point(std::chrono::milliseconds(1'767'225'600'123));
  report.took = std::chrono::milliseconds(1500);
  report.seed = 7;
  report.command_line = "ingress-check run shop.yaml";
  report.exit_status = 1;
  ScenarioReport& scenario = report.scenarios.emplace_back();
  scenario.file = "shop.yaml";
  scenario.source =
      "scenario: shop\nabout: The shop\ntarget: {url: http://frieza.dev}\nchecks:\n  - routing:\n  "
      "    name: routes\n"
      "      routes:\n        - {path: /app2, service: app2}\n";
  scenario.name = "shop";
  scenario.about = "The shop";
  scenario.targets = {{"target",
                       "http://frieza.dev",
                       "127.0.0.1:8080",
                       "ingress-nginx@1.x",
                       true,
                       {"its default certificate"}}};
  CheckReport pass = sample_check("exchange", Verdict::Kind::pass, "2 steps went as expected");
  pass.verdict.notes = {"the answer names its server"};
  pass.verdict.figures = {{"certificate_days_left", 9}};
  pass.verdict.traits = {{"redirect.status", "308"}};
  CheckReport known =
      sample_check("trailing slash", Verdict::Kind::fail, "301 where 200 was expected");
  known.expected_to_fail = "nginx answers 301";
  CheckReport unsupported =
      sample_check("mtls", Verdict::Kind::not_supported, "no client certificate was given");
  CheckReport skipped = sample_check("alb only", Verdict::Kind::pass, "");
  skipped.skipped = true;
  skipped.skip_reason = "only for aws-alb; this target is ingress-nginx@1.x";
  CheckReport open =
      sample_check("origin", Verdict::Kind::inconclusive, "who made the 404 is not known");
  scenario.checks = {pass, sample_failure(), known, unsupported, skipped, open};
  return report;
}

}  // namespace ingress_check
