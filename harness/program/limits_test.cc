// A scenario's `limits:` holds for all that a run sends, what goes before the checks included.
#include <gtest/gtest.h>

#include "harness/program/loading.h"
#include "harness/program/options.h"
#include "harness/program/run.h"
#include "harness/raw_server_test.h"

namespace ingress_check {
namespace {

TEST(Limits, EveryRequestOfTheRunStaysBelowThem) {
  std::atomic<int> requests = 0;
  testing::RawServer server([&](testing::RawConnection& connection) {
    for (std::string head; !(head = connection.read_request()).empty();) {
      if (head.find("Host: shop.example") != head.npos) ++requests;
      connection.write(testing::kOk);
    }
  });
  const std::string text =
      "scenario: paced\ntarget: {url: \"http://shop.example\", address: \"127.0.0.1:" +
      std::to_string(server.port()) +
      "\"}\nlimits: [{hosts: [shop.example], limit: 100/s}]\n"
      "checks:\n  - routing: {replicas: 1, routes: [{path: /a, status: 200}]}\n";
  auto options = connection(Arguments{});
  auto scenario = load(text, "paced.yaml", check_words(), *options);
  ASSERT_TRUE(scenario.has_value());
  Allowance allowance;
  RunRequest request;
  request.allowance = &allowance;
  request.scenarios = {std::move(*scenario)};
  request.run_id = "test";
  const Report report = run(request, {});
  ASSERT_EQ(report.scenarios.size(), 1u);
  ASSERT_GE(requests, 3);
  const double seconds = std::chrono::duration<double>(report.took).count();
  EXPECT_GE(seconds, (requests - 1) / (100 * share_of_limit)) << requests;
}

}  // namespace
}  // namespace ingress_check
