// One scenario against two controllers, each on its lab: what differs between them is taken from
// their profiles, and what one of them cannot do is known.
#include <gtest/gtest.h>

#include "harness/program/options.h"
#include "harness/program/practice_test.h"

namespace ingress_check {
namespace {

struct Practice {
  std::string name;
  std::unique_ptr<RunningLab> lab;
};

/// As `run SCENARIO --target NAME=http://frieza.dev --address NAME=... --only ...` does.
Report practise_on(const std::vector<Practice>& labs, const std::string& scenario,
                   std::vector<std::string> only) {
  auto options = connection(Arguments{});
  for (const auto& [name, lab] : labs) {
    TargetOverride target;
    target.name = name;
    target.url = parse_url("http://frieza.dev").value();
    target.address =
        parse_address("80=" + lab->http_address() + ",443=" + lab->https_address()).value();
    options->targets.push_back(std::move(target));
  }
  std::string problem;
  auto report = practise(scenario, *options, problem, std::move(only));
  EXPECT_EQ(problem, "");
  return report;
}

TEST(TwoTargets, TheNginxHandsOnRunsOnAnAlbToo) {
  std::vector<Practice> labs;
  for (const std::string name : {"nginx", "alb"}) {
    auto lab = open_lab({name, "", {}});
    ASSERT_TRUE(lab.has_value()) << lab.error().what << "\n" << lab.error().hint;
    labs.push_back({name, std::move(*lab)});
  }
  const auto report =
      practise_on(labs, "hands_on/nginx.yaml", {"routing", "session affinity", "limit-rps"});
  ASSERT_EQ(report.scenarios.size(), 1u);
  const auto& targets = report.scenarios[0].targets;
  ASSERT_EQ(targets.size(), 2u) << told(report);
  EXPECT_EQ(targets[0].controller, "ingress-nginx@1.x");
  EXPECT_EQ(targets[1].controller, "aws-alb");
  EXPECT_EQ(report.exit_status, 0) << told(report);
  for (const auto& check : report.scenarios[0].checks) {
    EXPECT_TRUE(check.counts_as_pass()) << told(report);
    const bool at_alb = check.target == "alb";
    if (check.check == "stickiness") {
      EXPECT_EQ(check.verdict.traits.at("cookie.name"), at_alb ? "AWSALB" : "INGRESSCOOKIE");
    }
    if (check.check == "rate-limit") {
      EXPECT_EQ(check.verdict.kind, at_alb ? Verdict::Kind::fail : Verdict::Kind::pass);
    }
  }
}

}  // namespace
}  // namespace ingress_check
