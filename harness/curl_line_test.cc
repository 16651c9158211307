#include "harness/curl_line.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "harness/probe_test.h"

namespace ingress_check {
namespace {

using testing::bytes_of;
using testing::get;
using testing::kOk;
using testing::RawConnection;
using testing::RawServer;
using testing::target_at;

TEST(CurlLine, IsWhatAPersonWouldWrite) {
  Target target = target_at(8080);
  target.url.host = "frieza.dev";
  EXPECT_EQ(curl_line(target, get(target, "/app1"), {}),
            "curl -sv --noproxy '*' --http1.1 --connect-to 'frieza.dev:80:127.0.0.1:8080' -m 5 "
            "--path-as-is 'http://frieza.dev/app1'");
  target.url.https = true;
  target.insecure = true;
  target.ca = "my ca.pem";
  target.certificate = "c.pem";
  target.key = "k.pem";
  target.sni = "inner.example";
  Request request = get(target);
  request.method = "HEAD";
  EXPECT_EQ(curl_line(target, request, {}),
            "curl -sv --noproxy '*' --http2 -k --cacert 'my ca.pem' --cert c.pem --key k.pem "
            "--connect-to 'inner.example:443:127.0.0.1:8080' -m 5 --path-as-is -I "
            "-H 'Host: frieza.dev' 'https://inner.example/'");
}

TEST(CurlLine, SecretsAreNamedNotShown) {
  Target target = target_at(80);
  target.headers.add("Authorization", "Basic Zm9vOmJhcg==");
  Request request = get(target, "/?key=hush&x");
  request.headers.add("X-Sign", "pre-hushpost \"$5\"");
  const std::string line = curl_line(target, request, {{"KEY", "hush"}});
  EXPECT_EQ(line.find("hush"), line.npos);
  EXPECT_EQ(line.find("Zm9v"), line.npos);
  EXPECT_NE(line.find("-H \"Authorization: Basic $AUTHORIZATION\""), line.npos) << line;
  EXPECT_NE(line.find("-H \"X-Sign: pre-${KEY}post \\\"\\$5\\\"\""), line.npos) << line;
  EXPECT_NE(line.find("\"http://shop.example/?key=$KEY&x\""), line.npos) << line;
}

/// What a server gets when a person pastes the line into a shell, without curl's own User-Agent.
std::string bytes_of_line(Target target, const Request& request,
                          const std::vector<Secret>& secrets) {
  std::mutex mutex;
  std::string seen;
  RawServer server([&](RawConnection& connection) {
    const std::string head = connection.read_request();
    const std::lock_guard lock(mutex);
    seen = head;
    connection.write(kOk);
  });
  target.address = {{0, "127.0.0.1", server.port()}};
  for (const auto& secret : secrets) setenv(secret.name.c_str(), secret.value.c_str(), 1);
  FILE* pipe = popen(("{ " + curl_line(target, request, secrets) + "; } 2>&1").c_str(), "r");
  std::string shown;
  for (int c = 0; (c = fgetc(pipe)) != EOF;) shown += static_cast<char>(c);
  EXPECT_EQ(pclose(pipe), 0) << shown;
  const std::lock_guard lock(mutex);
  const auto agent = seen.find("User-Agent: curl/");
  if (agent != seen.npos) seen.erase(agent, seen.find('\n', agent) + 1 - agent);
  return seen;
}

TEST(CurlLine, SendsTheVeryBytesThatTheProbeSent) {
  Target target = target_at(0);
  target.headers.add("X-Target", "it's \"quoted\" $HOME `x` \\ !");
  std::vector<Request> requests;
  for (const std::string path : {"/", "//x", "/a/../b?c=d&e", "/%2F%zz", "/[1-3]{a,b}", "/'q'"})
    requests.push_back(get(target, path));
  for (const std::string method : {"POST", "PUT", "GET", "DELETE", "PATCH", "HEAD", "OPTIONS"})
    for (const std::string& body : {std::string(), std::string("a=1&b='\"$x"), std::string("@file"),
                                    std::string("a\0\n\x80", 4), std::string(20000, 'x')}) {
      Request request = get(target, "/form");
      request.method = method;
      request.body = body;
      requests.push_back(request);
    }
  Request fields = get(target);
  fields.headers.add("Host", "other.example");
  fields.headers.add("X-Empty", "");
  fields.headers.add("X-Twice", "1");
  fields.headers.add("X-Twice", "2");
  fields.headers.add("X-Key", "the sesame $eed");
  fields.source_address = "127.0.0.7";
  requests.push_back(fields);
  const std::vector<Secret> secrets{{"TEST_KEY", "sesame $eed"}};
  for (const Request& request : requests)
    EXPECT_EQ(bytes_of_line(target, request, secrets), bytes_of(request, target))
        << curl_line(target, request, secrets).substr(0, 400);
}

}  // namespace
}  // namespace ingress_check
