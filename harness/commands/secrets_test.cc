// What the commands print, all of it, searched for secrets: standard output, standard error and the
// JSON report.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "harness/program/printed_test.h"
#include "harness/raw_server_test.h"

namespace ingress_check {
namespace {

using testing::Printed;
using testing::RawConnection;
using testing::RawServer;
using testing::run_command;

/// Answers with the request as its body, and sets a cookie.
void tell_all(RawConnection& connection) {
  for (auto request = connection.read_request(); !request.empty();
       request = connection.read_request())
    connection.write("HTTP/1.1 200 OK\r\nSet-Cookie: sid=servercookie; Path=/\r\nContent-Length: " +
                     std::to_string(request.size()) + "\r\n\r\n" + request);
}

constexpr const char* scenario_text = R"(scenario: sec
about: "about ${secret:TOK}"
target:
  url: http://sec.example
  address: "${ADDR}"
  headers: {X-Api-Key: literal-key, Authorization: "Bearer ${secret:TOK}", Cookie: session=cookieval}
checks:
  - routing:
      name: "routes ${secret:TOK}"
      expect-fail: "why ${secret:TOK}"
      routes: [{path: "/a?t=${secret:TOK}", status: 404}]
  - routing:
      routes: [{path: "/b?t=${secret:TOK}", status: 404}, {path: /c, status: 200, service: app1}]
  - exchange:
      name: "ex ${secret:TOK}"
      only: [aws-alb, generic]
      steps:
        - {name: "step ${secret:TOK}", send: {path: /d, headers: {X-Auth-Token: step-token}}, expect: {status: 404}}
)";

class Secrets : public ::testing::Test {
 protected:
  Secrets() : server_(tell_all) {
    char pattern[] = "/tmp/secrets-test-XXXXXX";
    folder_ = mkdtemp(pattern);
    std::ofstream(scenario()) << scenario_text;
  }
  ~Secrets() override { std::filesystem::remove_all(folder_); }

  std::string scenario() const { return folder_ + "/sec.yaml"; }
  std::string json() const { return folder_ + "/sec.json"; }
  std::string address() const { return "127.0.0.1:" + std::to_string(server_.port()); }
  std::vector<std::string> flags() const {
    return {"--set", "ADDR=" + address(),
            "--set", "TOK=s3cr3t'val$",
            "-H",    "X-Token: flag-token",
            "-H",    "Proxy-Authorization: Basic dTpwYXNzd29yZHBhc3N3b3Jk"};
  }
  std::string file(const std::string& path) const {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void expect_clean(const std::string& text, const std::string& what) {
    for (const char* secret : {"s3cr3t", "literal-key", "cookieval", "flag-token", "step-token",
                               "servercookie", "dTpwYXNzd29yZHBhc3N3b3Jk", "passwordpassword"})
      EXPECT_EQ(text.find(secret), std::string::npos) << what << " shows " << secret << "\n"
                                                      << text;
  }

  RawServer server_;
  std::string folder_;
};

TEST_F(Secrets, OfARunStandNowhere) {
  auto words = flags();
  words.insert(words.end(), {scenario(), "--verbose", "--report", "json=" + json()});
  const Printed printed = run_command("run", words);
  EXPECT_EQ(printed.status, 1);
  EXPECT_NE(printed.out.find("routes $TOK"), std::string::npos) << printed.out;
  EXPECT_NE(printed.out.find("about $TOK"), std::string::npos) << printed.out;
  EXPECT_NE(printed.out.find("why $TOK"), std::string::npos) << printed.out;
  expect_clean(printed.out, "standard output");
  expect_clean(printed.err, "standard error");
  const std::string result = file(json());
  EXPECT_NE(result.find("$TOK"), std::string::npos) << "the JSON report is missing";
  EXPECT_NE(result.find("$X_TOKEN"), std::string::npos) << "the command is not told";
  expect_clean(result, "the JSON report");
}

TEST_F(Secrets, StandInNoMessageAboutNames) {
  auto words = flags();
  words.insert(words.end(), {scenario(), "--only", "nothing"});
  const Printed printed = run_command("run", words);
  EXPECT_EQ(printed.status, 2);
  EXPECT_NE(printed.err.find("routes $TOK"), std::string::npos) << printed.err;
  expect_clean(printed.all(), "the message");
}

TEST_F(Secrets, OfAPlanStandNowhere) {
  auto words = flags();
  words.push_back(scenario());
  const Printed printed = run_command("plan", words);
  EXPECT_EQ(printed.status, 0) << printed.err;
  EXPECT_NE(printed.out.find("routes $TOK"), std::string::npos) << printed.out;
  expect_clean(printed.all(), "the plan");
}

TEST_F(Secrets, OfValidationStandNowhere) {
  auto words = flags();
  words.push_back(scenario());
  const Printed printed = run_command("validate", words);
  EXPECT_EQ(printed.status, 0) << printed.err;
  expect_clean(printed.all(), "validate");
}

TEST_F(Secrets, OfAProbeStandNowhereUnlessAskedFor) {
  const std::vector<std::string> words = {"http://sec.example/a",
                                          "--address",
                                          address(),
                                          "-i",
                                          "-H",
                                          "X-Token: flag-token",
                                          "-H",
                                          "Authorization: Bearer s3cr3tvalue",
                                          "-H",
                                          "Cookie: session=cookieval"};
  const Printed hidden = run_command("probe", words);
  EXPECT_EQ(hidden.status, 0) << hidden.err;
  EXPECT_NE(hidden.out.find("Set-Cookie: sid=[redacted]; Path=/"), std::string::npos) << hidden.out;
  EXPECT_NE(hidden.out.find("  Authorization: Bearer [redacted]"), std::string::npos) << hidden.out;
  EXPECT_NE(hidden.out.find("  Authorization: Bearer $AUTHORIZATION"), std::string::npos)
      << "the body tells it too\n"
      << hidden.out;
  expect_clean(hidden.all(), "probe");

  auto open = words;
  open.emplace_back("--show-secrets");
  const std::string shown = run_command("probe", open).out;
  EXPECT_NE(shown.find("Authorization: Bearer s3cr3tvalue"), std::string::npos) << shown;
  EXPECT_NE(shown.find("sid=servercookie"), std::string::npos) << shown;
  EXPECT_NE(shown.find("$AUTHORIZATION"), std::string::npos) << "the curl line stays as it is";
}

TEST_F(Secrets, PasswordsOfUrlsAreNotEchoed) {
  for (const auto& [command, words] : std::vector<std::pair<std::string, std::vector<std::string>>>{
           {"probe", {"http://user:pw12345@x.example/a"}},
           {"run", {scenario(), "--target", "http://user:pw12345@x.example/"}},
           {"plan", {scenario(), "--target", "user:pw12345@x.example"}}}) {
    const Printed printed = run_command(command, words);
    EXPECT_EQ(printed.status, 2) << command;
    EXPECT_EQ(printed.all().find("pw12345"), std::string::npos) << printed.all();
  }
  EXPECT_NE(run_command("probe", {"http://user:pw12345@x.example/a"}).err.find("-H 'Authorization"),
            std::string::npos);
}

class ProbeCommand : public Secrets {
 protected:
  std::string told(std::vector<std::string> words) {
    words.insert(words.end(), {"http://sec.example/a", "--address", address()});
    return run_command("probe", words).all();
  }
};

TEST_F(ProbeCommand, TakesTheMethodThatWasGiven) {
  EXPECT_NE(told({}).find("  GET /a HTTP/1.1"), std::string::npos);
  EXPECT_NE(told({"-d", "x"}).find("  POST /a HTTP/1.1"), std::string::npos);
  EXPECT_NE(told({"-X", "GET", "-d", "x"}).find("  GET /a HTTP/1.1"), std::string::npos);
  EXPECT_NE(told({"-X", "PUT"}).find("  PUT /a HTTP/1.1"), std::string::npos);
}

TEST_F(ProbeCommand, KnowsControllersAndRefusesOthers) {
  EXPECT_NE(told({"--controller", "ingress-ngnix"}).find("did you mean ingress-nginx"),
            std::string::npos);
  EXPECT_NE(told({"--controller", "bogus"}).find("there is no controller bogus"),
            std::string::npos);
  EXPECT_NE(told({"--controller", "aws-alb"}).find("status "), std::string::npos);
}

TEST(ProbeOfAStranger, TellsWhichControllerTheAnswerLooksLike) {
  const std::string body =
      "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not "
      "Found</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
  const RawServer server(
      testing::answering("HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: " +
                         std::to_string(body.size()) + "\r\n\r\n" + body));
  const std::string out = run_command("probe", {"http://sec.example/a", "--address",
                                                "127.0.0.1:" + std::to_string(server.port())})
                              .out;
  EXPECT_NE(out.find("looks like ingress-nginx@1.x"), std::string::npos) << out;
  EXPECT_NE(out.find("the ingress itself"), std::string::npos) << out;
}

class Plan : public Secrets {
 protected:
  std::string plan(const std::string& head) {
    std::ofstream(scenario())
        << "scenario: p\n"
        << head
        << "checks:\n"
           "  - routing: {only: [aws-alb], routes: [{path: /, status: 200}]}\n";
    return run_command("plan", {scenario()}).all();
  }
};

TEST_F(Plan, CountsWhatGoesBeforeTheChecks) {
  const std::string found = plan("target: {url: http://a.example}\n");
  EXPECT_NE(found.find("1 request to see that it is there; 4 requests to recognise"), found.npos)
      << found;
  EXPECT_NE(found.find("only if the controller turns out to be aws-alb"), found.npos) << found;
  const std::string fixed = plan("target: {url: http://a.example, controller: ingress-nginx}\n");
  EXPECT_EQ(fixed.find("recognise"), fixed.npos) << fixed;
  EXPECT_NE(fixed.find("skipped: only for aws-alb; this target is ingress-nginx@1.x"), fixed.npos)
      << fixed;
}

TEST_F(Plan, TellsOfReadyAndOfEachTarget) {
  const std::string text = plan(
      "targets: {old: {url: http://a.example}, new: {url: http://b.example, controller: aws-alb}}\n"
      "ready: {path: /up, status: 200, within: 20s, consecutive: 2}\n");
  EXPECT_NE(text.find("before the checks to old: GET http://a.example/up until it answers 200 2 "
                      "times in a row, for at most 20s; 4 requests"),
            text.npos)
      << text;
  EXPECT_NE(text.find("before the checks to new: GET http://b.example/up"), text.npos) << text;
}

}  // namespace
}  // namespace ingress_check
