// Targets that are not there, or not what they should be: each its own sentence and exit status,
// within its time.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/program/loading.h"
#include "harness/program/options.h"
#include "harness/program/practice_test.h"
#include "harness/program/run.h"

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
  const std::string text = "scenario: absence\ntarget: " + target + "\n" + extra +
                           "checks:\n  - routing: {routes: [{path: /app1, status: 200}]}\n";
  auto options = connection(Arguments{});
  auto scenario = load(text, "absence.yaml", check_words(), *options);
  if (!scenario) {
    for (const auto& error : scenario.error()) ADD_FAILURE() << show(error, text);
    return {};
  }
  Allowance allowance;
  RunRequest request;
  request.allowance = &allowance;
  request.scenarios = {std::move(*scenario)};
  request.run_id = "test";
  return run(request, {});
}

std::string sentence(const Report& report) {
  return report.scenarios.empty() || !report.scenarios[0].error ? ""
                                                                : report.scenarios[0].error->what;
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
  const Report report = practise("hands_on/nginx.yaml", {"nginx", "nothing-adopted", {}}, problem);
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
  EXPECT_TRUE(report.scenarios.empty());
  report.interrupted = 2;
  EXPECT_EQ(exit_status(report, {}), 130);
}

}  // namespace
}  // namespace ingress_check
