// A check that compares: which target it is run for, and with which it is compared.
#include "harness/program/reference.h"

#include <fmt/format.h>

#include <fstream>

#include "harness/program/printed_test.h"
#include "harness/program/run_file_test.h"

namespace ingress_check {
namespace {

/// Two pods of one service, each its own target.
class Compared : public ::testing::Test {
 protected:
  void SetUp() override {
    for (auto* side : {&old_, &new_}) {
      auto pods = Echo::start({EchoPod{.service = "app1", .name = "app1-a"}});
      ASSERT_TRUE(pods) << pods.error().what;
      *side = std::move(*pods);
    }
  }

  Report compare(const std::string& requests, const std::string& more = {}) const {
    return run_file(
        fmt::format("scenario: two\nanswered-by: echo\ntargets:\n"
                    "  old: {{url: \"http://shop.example\", address: \"{}\"}}\n"
                    "  new: {{url: \"http://shop.example\", address: \"{}\"}}\n"
                    "checks:\n  - same: {{requests: [{}]{}}}\n",
                    address(*old_), address(*new_), requests, more));
  }

  std::unique_ptr<Echo> old_, new_;
};

TEST_F(Compared, IsRunForTheOthersAlone) {
  const Report report = compare("/app1, /app1/x");
  ASSERT_EQ(report.scenarios[0].targets.size(), 2u);
  ASSERT_EQ(report.scenarios[0].checks.size(), 1u);
  const CheckReport& check = report.scenarios[0].checks[0];
  EXPECT_EQ(check.target, "new");
  EXPECT_TRUE(check.counts_as_pass()) << check.verdict.summary;
  EXPECT_EQ(check.sent, 8u);
  EXPECT_EQ(old_->received("app1-a"), new_->received("app1-a")) << "both are asked as often";
}

TEST_F(Compared, EachIsAskedWithItsOwnValues) {
  const Report report = compare("{path: {old: /before, new: /after}}", ", compare: [seen]");
  const CheckReport& check = report.scenarios[0].checks[0];
  ASSERT_EQ(check.verdict.findings.size(), 1u) << check.verdict.summary;
  EXPECT_EQ(check.verdict.findings[0].expected, "the pod sees path \"/before\", as old answers");
  EXPECT_NE(check.verdict.findings[0].actual.find("\"/after\" from new"), std::string::npos)
      << check.verdict.findings[0].actual;
  const std::string& line = check.reproduce.at(0);
  EXPECT_NE(line.find(address(*old_) + "' "), std::string::npos) << line;
  EXPECT_LT(line.find("/before"), line.find("; curl ")) << line;
  EXPECT_LT(line.find("; curl "), line.find("/after")) << line;
}

TEST_F(Compared, WithNothingThatIsNotThere) {
  old_.reset();
  const Report report =
      run_file(fmt::format("scenario: two\ntargets:\n"
                           "  old: {{url: \"http://shop.example\", address: \"127.0.0.1:1\"}}\n"
                           "  new: {{url: \"http://shop.example\", address: \"{}\"}}\n"
                           "checks:\n  - same: {{requests: [/app1]}}\n",
                           address(*new_)));
  EXPECT_EQ(report.exit_status, 3);
  const CheckReport& check = report.scenarios[0].checks.at(0);
  EXPECT_FALSE(check.judged);
  EXPECT_EQ(check.verdict.summary.find("nothing to compare with: "), 0u) << check.verdict.summary;
}

TEST_F(Compared, WithOneTargetItIsNotSupported) {
  const Report report = run_file(
      fmt::format("scenario: one\ntarget: {{url: \"http://shop.example\", address: \"{}\"}}\n"
                  "checks:\n  - same: {{requests: [/app1]}}\n",
                  address(*new_)));
  const CheckReport& check = report.scenarios[0].checks.at(0);
  EXPECT_EQ(check.verdict.kind, Verdict::Kind::not_supported);
  EXPECT_NE(check.verdict.not_shown.at(0).find("--target old=URL --target new=URL"),
            std::string::npos);
  EXPECT_EQ(check.sent, 0u);
}

std::string plan_of_one_request(const std::vector<std::string>& more) {
  const std::string file = ::testing::TempDir() + "same-plan.yaml";
  std::ofstream(file) << "scenario: plan\nchecks:\n  - same: {requests: [/app1]}\n";
  std::vector<std::string> words{file};
  words.insert(words.end(), more.begin(), more.end());
  const testing::Printed printed = testing::run_command("plan", words);
  EXPECT_EQ(printed.status, 0) << printed.all();
  return printed.out;
}

TEST(PlanCompared, CountsWhatGoesToBoth) {
  const std::string out =
      plan_of_one_request({"--target", "old=http://a.example", "--target", "new=http://b.example"});
  EXPECT_NE(out.find("  same                         new                4        32"), out.npos)
      << out;
  EXPECT_EQ(out.find("same                         old"), out.npos) << out;
}

TEST(PlanCompared, SaysThatOneTargetIsTooFew) {
  const std::string out = plan_of_one_request({"--target", "http://a.example"});
  EXPECT_NE(out.find("not supported: it compares two targets, and there is one"), out.npos) << out;
}

}  // namespace
}  // namespace ingress_check
