// Targets that are not there, or not what they should be: each its own sentence and exit status,
// within its time.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fixtures/echo.h"
#include "harness/program/loading.h"
#include "harness/program/options.h"
#include "harness/program/practice_test.h"
#include "harness/program/run_file_test.h"

namespace ingress_check {
namespace {

/// A loopback port: bound, and listening or not. Connections are taken by the kernel and never
/// answered.
class Port {
 public:
  explicit Port(bool listening) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    if (listening) {
      EXPECT_EQ(::listen(fd_, 16), 0);
    }
    port_ = ntohs(address.sin_port);
  }
  ~Port() { ::close(fd_); }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

Report run_against(const std::string& target, const std::string& extra = {}) {
  return run_file("scenario: absence\ntarget: " + target + "\n" + extra +
                  "checks:\n  - routing: {routes: [{path: /app1, status: 200}]}\n");
}

std::string sentence(const Report& report) {
  return report.scenarios.empty() || !report.scenarios[0].targets[0].error
             ? ""
             : report.scenarios[0].targets[0].error->what;
}

TEST(Absence, ARefusedPort) {
  const Port port(false);
  const Report report =
      run_against("{url: \"http://shop.example\", address: \"" + port.address() + "\"}");
  EXPECT_EQ(report.exit_status, 3);
  EXPECT_EQ(sentence(report),
            "http://shop.example/ at " + port.address() + " refused the connection");
}

TEST(Absence, ANameWithoutAddress) {
  const Report report = run_against("{url: \"http://no-such-name.invalid\"}");
  EXPECT_EQ(report.exit_status, 3);
  EXPECT_EQ(sentence(report), "the name no-such-name.invalid has no address");
}

TEST(Absence, AServerThatNeverAnswers) {
  const Port port(true);
  const Report report = run_against("{url: \"http://shop.example\", address: \"" + port.address() +
                                    "\", timeout: 200ms}");
  EXPECT_EQ(report.exit_status, 3);
  EXPECT_EQ(sentence(report), "http://shop.example/ at " + port.address() +
                                  " accepted the connection but answered nothing within 200ms");
  EXPECT_LT(report.took, std::chrono::seconds(5)) << "one timeout is enough to know";
}

TEST(Absence, TheNameThatWasLookedUpIsNamed) {
  const Report report =
      run_against("{url: \"http://shop.example\", address: \"balancer.invalid:80\"}");
  EXPECT_EQ(sentence(report), "the name balancer.invalid has no address");
}

TEST(Absence, ReadyAsksNoLongerThanItSays) {
  const Port port(true);
  const Report report =
      run_against("{url: \"http://shop.example\", address: \"" + port.address() + "\"}",
                  "ready: {path: /app1, status: 200, within: 300ms}\n");
  EXPECT_EQ(report.exit_status, 3);
  EXPECT_NE(sentence(report).find("within 300ms; last: timeout"), std::string::npos)
      << sentence(report);
  EXPECT_LT(report.took, std::chrono::seconds(3)) << "the target's own timeout is 10s";
}

TEST(Absence, OneTargetThatIsNotThereHidesNoOther) {
  const Port port(false);
  auto pods = Echo::start({EchoPod{.service = "app1", .name = "app1-a"}});
  ASSERT_TRUE(pods) << pods.error().what;
  const std::string there = address(**pods);
  const Report report =
      run_file("scenario: two\ntargets:\n  old: {url: http://a.example, address: \"" +
               port.address() + "\"}\n  new: {url: http://b.example, address: \"" + there +
               "\"}\nchecks:\n  - routing: {routes: [{path: /app1, status: 200}]}\n");
  EXPECT_EQ(report.exit_status, 3);
  ASSERT_EQ(report.scenarios[0].checks.size(), 2u);
  const auto& [absent, present] =
      std::pair(report.scenarios[0].checks[0], report.scenarios[0].checks[1]);
  EXPECT_FALSE(absent.judged);
  EXPECT_NE(absent.verdict.summary.find("refused the connection"), std::string::npos);
  EXPECT_TRUE(present.counts_as_pass()) << present.verdict.summary;
}

TEST(Absence, WhatIsNotBegunIsSaid) {
  const std::string text =
      "scenario: two\ntarget: {url: \"http://shop.example\", address: \"127.0.0.1:1\"}\nchecks:\n"
      "  - routing: {routes: [{path: /app1, status: 200}]}\n"
      "  - exchange: {steps: [{send: {path: /}, expect: {status: 200}}]}\n";
  const auto all_left_out = [](const Report& report, const std::string& why) {
    ASSERT_EQ(report.scenarios.size(), 1u);
    ASSERT_EQ(report.scenarios[0].checks.size(), 2u);
    for (const auto& check : report.scenarios[0].checks) {
      EXPECT_TRUE(check.never_begun());
      EXPECT_EQ(check.verdict.summary, "not begun: " + why);
    }
  };
  RunRequest request;
  request.deadline = std::chrono::steady_clock::now();
  Report report = run_file(text, request);
  all_left_out(report, "--max-time was over");
  EXPECT_EQ(report.exit_status, 4);
  const std::atomic<bool> stop{true};
  request = {};
  request.stop = &stop;
  all_left_out(run_file(text, request), "the run was interrupted");
}

TEST(Absence, FailFastLeavesTheRestOut) {
  auto pods = Echo::start({EchoPod{.service = "app1", .name = "app1-a"}});
  ASSERT_TRUE(pods) << pods.error().what;
  RunRequest request;
  request.fail_fast = true;
  const Report report = run_file(
      "scenario: two\ntarget: {url: \"http://shop.example\", address: \"" + address(**pods) +
          "\"}\nchecks:\n"
          "  - routing: {name: first, routes: [{path: /app1, status: 404}]}\n"
          "  - routing: {name: second, routes: [{path: /app1, status: 200}]}\n",
      request);
  EXPECT_EQ(report.exit_status, 1);
  ASSERT_EQ(report.scenarios[0].checks.size(), 2u);
  EXPECT_TRUE(report.scenarios[0].checks[0].counts_as_failure());
  EXPECT_TRUE(report.scenarios[0].checks[1].never_begun());
}

TEST(Absence, ATargetThatNeverGetsReady) {
  const Port port(false);
  const Report report =
      run_against("{url: \"http://shop.example\", address: \"" + port.address() + "\"}",
                  "ready: {path: /app1, status: 200, within: 300ms}\n");
  EXPECT_EQ(report.exit_status, 3);
  EXPECT_EQ(
      sentence(report).substr(0, 90),
      "GET http://shop.example/app1 did not answer 200 3 times in a row within 300ms; last: refus");
}

TEST(Absence, A404FromEverythingIsAVerdict) {
  std::string problem;
  const Report report =
      practise("conformance/two_apps.yaml", {"nginx", "nothing-adopted", {}}, problem);
  ASSERT_EQ(problem, "");
  EXPECT_EQ(report.exit_status, 1);
  ASSERT_EQ(report.scenarios[0].checks.size(), 1u);
  EXPECT_EQ(report.scenarios[0].checks[0].verdict.diagnoses.at(0).cause, "nothing-adopted");
}

TEST(Interruption, EndsAtOnceAndJudgesNothing) {
  const Port port(true);
  std::atomic<bool> stop{true};
  const std::string text = "scenario: stop\ntarget: {url: \"http://shop.example\", address: \"" +
                           port.address() +
                           "\"}\nchecks:\n  - routing: {routes: [{path: /app1, status: 200}]}\n";
  auto scenario = load(text, "stop.yaml", check_words(), *connection(Arguments{}));
  ASSERT_TRUE(scenario);
  Allowance allowance;
  RunRequest request;
  request.allowance = &allowance;
  request.scenarios = {std::move(*scenario)};
  request.stop = &stop;
  Report report = run(request, {});
  ASSERT_EQ(report.scenarios.size(), 1u) << "what was not begun is in the report too";
  ASSERT_EQ(report.scenarios[0].checks.size(), 1u);
  EXPECT_TRUE(report.scenarios[0].checks[0].never_begun());
  EXPECT_LT(report.took, std::chrono::seconds(1));
  report.interrupted = 2;
  EXPECT_EQ(exit_status(report, {}), 130);
}

}  // namespace
}  // namespace ingress_check
