// The command `load` from the outside: what is refused before anything is sent, targets that are
// not there, and what a small load leaves in its files.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/program/printed_test.h"
#include "harness/raw_server_test.h"

namespace ingress_check {
namespace {

using testing::Printed;

Printed load(std::vector<std::string> words) {
  words.emplace_back("--color=never");
  return testing::run_command("load", words);
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

class LoadFiles : public ::testing::Test {
 protected:
  LoadFiles() {
    char pattern[] = "/tmp/load-test-XXXXXX";
    folder_ = ::mkdtemp(pattern);
  }
  ~LoadFiles() override { std::filesystem::remove_all(folder_); }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  std::string text(const std::string& name) const {
    std::ifstream in(path(name));
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string folder_;
};

void answer_503(ingress_check::testing::RawConnection& connection) {
  while (!connection.read_request().empty())
    connection.write("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
}

TEST_F(LoadFiles, HoldWhatWasMeasuredAndNoSecret) {
  const ingress_check::testing::RawServer server(answer_503);
  const Printed printed =
      load({"http://shop.example/", "--address", "127.0.0.1:" + std::to_string(server.port()), "-c",
            "1", "-n", "50", "--seed", "7", "-H", "X-Token: t0psecret", "--samples",
            path("samples.csv"), "--report", "console", "--report", "json=" + path("load.json")});
  ASSERT_EQ(printed.err, "");
  const auto result = nlohmann::json::parse(text("load.json"));
  const auto& check = result["scenarios"][0]["checks"][0];
  EXPECT_NE(check["outcome"], "fail") << "a load does not judge";
  ASSERT_EQ(check["loads"].size(), 1u) << printed.out;
  EXPECT_EQ(check["loads"][0]["counts"]["due"], 50);
  EXPECT_EQ(check["loads"][0]["counts"]["statuses"]["503"], 50);
  EXPECT_EQ(result["seed"], 7);
  EXPECT_NE(result["command"].get<std::string>().find("ingress-check load"), std::string::npos);
  const std::string samples = text("samples.csv");
  EXPECT_EQ(std::ranges::count(samples, '\n'), 51);
  EXPECT_NE(printed.out.find("100.0% of the answers are 5xx"), std::string::npos) << printed.out;
  EXPECT_EQ((text("load.json") + samples + printed.out).find("t0psecret"), std::string::npos);
}

TEST(LoadCommand, HelpSaysThatItDoesNotJudge) {
  const Printed printed = load({"--help"});
  EXPECT_EQ(printed.status, 0);
  EXPECT_NE(printed.out.find("a 5xx or a slow answer fails nothing"), std::string::npos);
  EXPECT_NE(printed.out.find("--connections N"), std::string::npos);
}

}  // namespace
}  // namespace ingress_check
