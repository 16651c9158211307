#include "scenarios/scenario.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

std::string told(std::string_view text) {
  const auto read = parse_address(text);
  if (!read) return "error: " + read.error().what;
  std::string out;
  for (const auto& one : *read)
    out += (out.empty() ? "" : " ") + std::to_string(one.url_port) + ">" + one.host + ">" +
           std::to_string(one.port);
  return out;
}

TEST(Address, IsAnIpAHostAndPortOrOneForEachPort) {
  EXPECT_EQ(told("127.0.0.1"), "0>127.0.0.1>0");
  EXPECT_EQ(told("lb.example:8080"), "0>lb.example>8080");
  EXPECT_EQ(told("lb-1.example"), "0>lb-1.example>0");
  EXPECT_EQ(told("80=127.0.0.1:8080,443=127.0.0.1:8443"), "80>127.0.0.1>8080 443>127.0.0.1>8443");
  EXPECT_EQ(told("443=10.0.0.1,10.0.0.2"), "443>10.0.0.1>0 0>10.0.0.2>0");
  EXPECT_EQ(told("::1"), "0>::1>0");
  EXPECT_EQ(told("[::1]"), "0>::1>0");
  EXPECT_EQ(told("[2001:db8::7]:8443"), "0>2001:db8::7>8443");
  EXPECT_EQ(told("443=[::1]:8443"), "443>::1>8443");
}

TEST(Address, RefusesWhatCannotBeConnectedTo) {
  EXPECT_TRUE(told("18083").starts_with("error")) << "a port alone is no host";
  for (const char* text : {"",       "a:",      ":80",           "a:0",    "a:65536",
                           "a:b",    "a:80:90", "http://a",      "a b",    "[::1",
                           "[::1]x", "[::1]:",  "[a]",           "80=",    "x=a",
                           "80=a,",  "0=a",     "80=a:1,80=b:2", "a,80=b", "user@a"})
    EXPECT_TRUE(told(text).starts_with("error: cannot read the address")) << text << told(text);
}

TEST(HttpVersion, ReadsBackWhatItPrints) {
  for (const char* word : {"auto", "1.1", "2", "h2c"})
    EXPECT_EQ(to_string(parse_http_version(word).value()), word);
  EXPECT_FALSE(parse_http_version("3"));
}

TEST(Identity, SaysNothingUnlessOneWayIsKnown) {
  EXPECT_TRUE(Identity{}.says_nothing());
  EXPECT_TRUE(Identity{.preset = "mine"}.says_nothing());
  EXPECT_FALSE(Identity{.service_json = "service"}.says_nothing());
}

}  // namespace
}  // namespace ingress_check
