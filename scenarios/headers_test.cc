#include "scenarios/headers.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

TEST(Headers, FindsNamesWithoutRegardToCase) {
  Headers headers;
  headers.add("Set-Cookie", "a=1");
  headers.add("set-cookie", "b=2");
  EXPECT_EQ(headers.find("SET-COOKIE"), "a=1");
  EXPECT_EQ(headers.all("Set-Cookie").size(), 2u);
  EXPECT_FALSE(headers.find("Cookie").has_value());
}

TEST(Headers, SetReplacesEveryValue) {
  Headers headers;
  headers.add("Host", "a");
  headers.add("HOST", "b");
  headers.set("host", "c");
  ASSERT_EQ(headers.fields.size(), 1u);
  EXPECT_EQ(headers.fields[0].second, "c");
}

}  // namespace
}  // namespace ingress_check
