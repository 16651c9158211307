#include "harness/program/courtesy.h"

#include <gtest/gtest.h>

#include "checks/fake_ingress.h"

namespace ingress_check {
namespace {

/// Sends one request through Courtesy to a simulated ingress: nothing leaves this process.
std::string withheld(const std::string& method, const std::string& address,
                     const std::vector<std::string>& allowed, std::uint64_t& sent) {
  FakeConfig config;
  config.permissive = true;
  FakeIngress ingress(config);
  auto allowance = Allowance::create(courtesy_rate, allowed);
  Courtesy courtesy(ingress, *allowance);
  Target target;
  target.url = *parse_url("http://shop.example");
  target.address = *parse_address(address);
  Http http;
  http.requests = {{.method = method, .url = target.url}};
  Watch watch;
  const auto evidence = courtesy.send(target, {"phase", http}, watch);
  EXPECT_EQ(evidence->end, courtesy.withheld().empty() ? End::complete : End::interrupted);
  sent = ingress.sent();
  return courtesy.withheld();
}

TEST(Courtesy, QuestionsGoAnywhere) {
  std::uint64_t sent = 0;
  EXPECT_EQ(withheld("GET", "203.0.113.7", {}, sent), "");
  EXPECT_EQ(withheld("HEAD", "203.0.113.7", {}, sent), "");
  EXPECT_EQ(sent, 1u);
}

TEST(Courtesy, ChangesGoToLoopbackAndToWhatIsAllowed) {
  std::uint64_t sent = 0;
  EXPECT_EQ(withheld("POST", "127.0.0.1:8080", {}, sent), "");
  EXPECT_EQ(sent, 1u);
  EXPECT_EQ(withheld("DELETE", "203.0.113.7", {"203.0.113.0/24"}, sent), "");
  EXPECT_EQ(withheld("POST", "203.0.113.7", {}, sent), "POST to 203.0.113.7");
  EXPECT_EQ(sent, 0u);
  EXPECT_EQ(withheld("POST", "203.0.113.7", {"198.51.100.0/24"}, sent), "POST to 203.0.113.7");
}

}  // namespace
}  // namespace ingress_check
