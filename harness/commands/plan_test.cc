// What `plan` prints.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "harness/program/printed_test.h"

namespace ingress_check {
namespace {

/// Standard output of `plan` for that scenario.
std::string plan_of(const std::string& text) {
  const auto file =
      std::filesystem::temp_directory_path() / ("plan-" + std::to_string(getpid()) + ".yaml");
  std::ofstream(file) << text;
  const testing::Printed printed = testing::run_command("plan", {file.string()});
  std::filesystem::remove(file);
  EXPECT_EQ(printed.status, 0) << printed.all();
  return printed.out;
}

const std::string two_routes =
    "scenario: paced\ntarget: {url: \"http://shop.example\", timeout: 1s}\n"
    "checks:\n  - routing: {replicas: 1, routes: [{path: /a}, {url: \"http://free.example/\"}]}\n";

TEST(PlanTurns, NothingIsWaitedForWithoutLimits) {
  const std::string out = plan_of(two_routes);
  EXPECT_NE(out.find("        8        14  as answers come         0s "), out.npos) << out;
  EXPECT_EQ(out.find("limits"), out.npos) << out;
}

/// Four of the eight requests go to the host with the limit, 1/0.7 s apart.
TEST(PlanTurns, WaitingBelowALimitCounts) {
  const std::string out = plan_of(two_routes + "limits: [{hosts: [shop.example], limit: 1/s}]\n");
  EXPECT_NE(out.find(" 4.29s"), out.npos) << out;
  EXPECT_NE(out.find("requests stay below 0.7 of what `limits` says"), out.npos) << out;
}

TEST(PlanTurns, TheWaitsOfAllChecksAreSummedInTheOrderInWhichTheyRun) {
  const std::string out = plan_of(
      "scenario: two\ntarget: {url: \"http://shop.example\", timeout: 1s}\n"
      "checks:\n  - latency: {path: /, rate: 5/s, for: 30s, p50: 1s}\n"
      "  - routing: {replicas: 1, routes: [{path: /a}]}\n");
  EXPECT_LT(out.find("routing"), out.find("latency")) << out;
  EXPECT_NE(out.find("in the order in which they run, and wait 31s in all"), out.npos) << out;
}

}  // namespace
}  // namespace ingress_check
