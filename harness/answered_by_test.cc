#include "harness/answered_by.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

Exchange answer(std::string body) {
  Exchange exchange;
  exchange.body = std::move(body);
  exchange.body_size = exchange.body.size();
  return exchange;
}

Exchange read(const std::string& preset, Exchange exchange) {
  AnsweredBy answered_by;
  answered_by.any = *identity_preset(preset);
  identify(answered_by, exchange);
  return exchange;
}

TEST(AnsweredBy, EchoNamesItselfByHeaderAndBody) {
  Exchange by_header = answer("not JSON");
  by_header.headers.add("x-echo-pod", "app1-a");
  by_header.headers.add("X-Echo-Service", "app1");
  EXPECT_EQ(read("echo", by_header).who.pod, "app1-a");
  EXPECT_EQ(read("echo", by_header).who.service, "app1");
  const Exchange by_body = read(
      "echo",
      answer(
          R"({"pod":"p","service":"s","method":"GET","path":"/a?b","host":"h:1","proto":"HTTP/1.1",
                 "headers":{"X-A":["1","2"],"Host":["h:1"]}})"));
  EXPECT_EQ(by_body.who.pod, "p");
  ASSERT_TRUE(by_body.seen.has_value());
  EXPECT_EQ(by_body.seen->method, "GET");
  EXPECT_EQ(by_body.seen->path, "/a?b");
  EXPECT_EQ(by_body.seen->host, "h:1");
  EXPECT_EQ(by_body.seen->protocol, "HTTP/1.1");
  EXPECT_EQ(by_body.seen->headers.all("x-a").size(), 2u);
}

TEST(AnsweredBy, ABodyThatIsCutOffBehindTheNamesStillTells) {
  const AnsweredBy echo{*identity_preset("echo"), {}};
  const Identifier identifier(echo);
  const auto who = [&identifier](std::string_view body) {
    const Answerer found = identifier.who({}, body);
    return found.service + "/" + found.pod;
  };
  EXPECT_EQ(who(R"( {"service":"s","pod":"p","headers":{"X":["1)"), "s/p");
  EXPECT_EQ(who(R"({"a":{"pod":"inner"},"b":["pod"],"pod":"p","service":7})"), "7/p");
  EXPECT_EQ(who(R"({"pod":null,"service":"s"})"), "s/");
  EXPECT_EQ(who(R"(["pod","p"])"), "/");
  EXPECT_EQ(who(R"({"pod)"), "/");
  EXPECT_EQ(who(""), "/");
  EXPECT_EQ(who(std::string(100000, '{')), "/");
}

TEST(AnsweredBy, Presets) {
  EXPECT_EQ(read("echo-basic",
                 answer(R"({"path":"/","headers":{},"namespace":"n","service":"s","pod":"v1-x"})"))
                .who.pod,
            "v1-x");
  EXPECT_EQ(read("whoami", answer("Name: w\nHostname: 6d5c\nIP: 10.0.0.1\n")).who.pod, "6d5c");
  EXPECT_EQ(read("echoserver", answer("\n\nHostname: echo-1\n\nPod Information:\n")).who.pod,
            "echo-1");
  EXPECT_EQ(read("hello", answer("Hello, world!\nVersion: 1.0.0\nHostname: h-1\n")).who.pod, "h-1");
  EXPECT_EQ(read("podinfo", answer(R"({"hostname":"podinfo-1","version":"6"})")).who.pod,
            "podinfo-1");
  EXPECT_EQ(read("guestbook", answer(R"({"HOSTNAME":"guestbook-1"})")).who.pod, "guestbook-1");
  const Exchange bin =
      read("httpbin",
           answer(R"({"method":"PUT","url":"http://h/anything/a?b=c","headers":{"Host":"h"}})"));
  EXPECT_EQ(bin.who.pod, "");
  ASSERT_TRUE(bin.seen.has_value());
  EXPECT_EQ(bin.seen->path, "/anything/a?b=c");
  EXPECT_EQ(bin.seen->host, "h");
  EXPECT_FALSE(identity_preset("nonesuch").has_value());
}

TEST(AnsweredBy, PatternsPointersAndServicesOfTheirOwn) {
  AnsweredBy answered_by;
  answered_by.any.body = R"(^\[(?P<service>\w+):(?P<pod>[0-9.]+)\])";
  Identity pointed;
  pointed.pod_json = "/meta/pods/1";
  answered_by.by_service = {{"app2", pointed}};
  Exchange first = answer("[app1:10.0.0.7] hello");
  identify(answered_by, first);
  EXPECT_EQ(first.who.service, "app1");
  EXPECT_EQ(first.who.pod, "10.0.0.7");
  Exchange second = answer(R"({"meta":{"pods":["a","b"]}})");
  identify(answered_by, second);
  EXPECT_EQ(second.who.service, "app2");
  EXPECT_EQ(second.who.pod, "b");
  Exchange third = answer("hello");
  identify(answered_by, third);
  EXPECT_EQ(third.who.service, "");
}

TEST(AnsweredBy, HostileAnswersAreCutAndNeverFatal) {
  EXPECT_EQ(read("whoami", answer("Hostname: " + std::string(5000, 'x'))).who.pod.size(), 128u);
  for (const std::string& body :
       {std::string(60000, '['), std::string("{\"headers\":7}"), std::string("{\"headers\":[1]}"),
        std::string("\xff\xfe{"), std::string("{\"pod\":{\"a\":1},\"headers\":{\"a\":{}}}")}) {
    const Exchange exchange = read("echo", answer(body));
    EXPECT_EQ(exchange.who.pod, "");
  }
  AnsweredBy odd;
  odd.any.pod_json = "/a~9";
  odd.any.body = "(";
  Exchange exchange = answer("{}");
  identify(odd, exchange);
  EXPECT_EQ(exchange.who.pod, "");
}

}  // namespace
}  // namespace ingress_check
