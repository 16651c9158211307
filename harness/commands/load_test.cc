// The command `load` from the outside, as far as it is decided without a load engine: what is
// refused before anything is sent, and targets that are not there.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "harness/program/command.h"

namespace ingress_check {
namespace {

struct Printed {
  int status = -1;
  std::string out, err;
};

Printed load(std::vector<std::string> words) {
  const auto commands = all_commands();
  const auto found = std::ranges::find(commands, "load", [](const Command* c) { return c->name; });
  if (found == commands.end()) return {};
  words.emplace_back("--color=never");
  Printed printed;
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  printed.status = (*found)->run(words);
  printed.out = testing::internal::GetCapturedStdout();
  printed.err = testing::internal::GetCapturedStderr();
  return printed;
}

/// A port of loopback that nothing listens on: bound, so that nobody else takes it.
class RefusedPort {
 public:
  RefusedPort() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~RefusedPort() { ::close(fd_); }
  RefusedPort(const RefusedPort&) = delete;
  RefusedPort& operator=(const RefusedPort&) = delete;
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

TEST(LoadCommand, AStrangerGetsNoClosedLoop) {
  const Printed printed = load({"http://shop.example/", "--address", "203.0.113.7"});
  EXPECT_EQ(printed.status, 2);
  EXPECT_EQ(printed.out, "");
  EXPECT_EQ(
      printed.err,
      "ingress-check: this sends as fast as answers come over 64 connections to 203.0.113.7, "
      "which nobody allowed: elsewhere than on loopback at most 5 requests a second are sent, "
      "evenly, and only GET, HEAD and OPTIONS\n"
      "  run with --allow 203.0.113.7 if it is yours, or with --rate 5/s and less\n\n");
}

TEST(LoadCommand, AStrangerGetsNoRateAboveFive) {
  const Printed printed = load({"http://203.0.113.7/", "--rate", "6/s"});
  EXPECT_EQ(printed.status, 2);
  EXPECT_NE(printed.err.find("this sends 6/s to 203.0.113.7"), std::string::npos) << printed.err;
  EXPECT_NE(printed.err.find("--allow 203.0.113.7"), std::string::npos) << printed.err;
  EXPECT_EQ(load({"http://203.0.113.7/", "--rate", "5/s", "-d", "x"}).status, 2)
      << "nor a POST, however slowly";
}

TEST(LoadCommand, ATargetThatIsNotThereIsOneSentence) {
  const RefusedPort port;
  const Printed printed = load({"http://shop.example/", "--address", port.address()});
  EXPECT_EQ(printed.status, 3);
  EXPECT_NE(printed.out.find("error: http://shop.example/ at " + port.address() +
                             " refused the connection\n"),
            std::string::npos)
      << printed.out;
  EXPECT_NE(printed.out.find("exit status 3"), std::string::npos);
  EXPECT_EQ(printed.err, "");
}

TEST(LoadCommand, MistakesAreSaidBeforeAnythingElse) {
  Printed printed = load({"http://127.0.0.1:1/", "--rate", "100"});
  EXPECT_EQ(printed.status, 2);
  EXPECT_NE(printed.err.find("write 100/s"), std::string::npos) << printed.err;
  printed = load({});
  EXPECT_EQ(printed.status, 2);
  EXPECT_NE(printed.err.find("load takes one URL"), std::string::npos) << printed.err;
  printed = load({"http://127.0.0.1:1/", "--samples", "/nonexistent/samples.csv"});
  EXPECT_EQ(printed.status, 3);
  EXPECT_NE(printed.err.find("--samples PATH"), std::string::npos) << printed.err;
  printed = load({"http://127.0.0.1:1/", "--allow", "10.0.0.0/33"});
  EXPECT_EQ(printed.status, 2);
  EXPECT_NE(printed.err.find("--allow: '10.0.0.0/33'"), std::string::npos) << printed.err;
}

TEST(LoadCommand, HelpSaysThatItDoesNotJudge) {
  const Printed printed = load({"--help"});
  EXPECT_EQ(printed.status, 0);
  EXPECT_NE(printed.out.find("a 5xx or a slow answer fails nothing"), std::string::npos);
  EXPECT_NE(printed.out.find("--connections N"), std::string::npos);
}

}  // namespace
}  // namespace ingress_check
