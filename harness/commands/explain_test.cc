// What `explain` prints of a controller.
#include <gtest/gtest.h>

#include "harness/program/printed_test.h"

namespace ingress_check {
namespace {

std::string explained(const std::string& word) {
  const testing::Printed printed = testing::run_command("explain", {word});
  EXPECT_EQ(printed.status, 0) << printed.all();
  return printed.out;
}

TEST(Explain, AControllerWithItsTraitsPagesAndSigns) {
  const std::string out = explained("istio");
  EXPECT_NE(out.find("\n  limit.status            429                not confirmed: Envoy, "),
            out.npos)
      << out;
  EXPECT_NE(out.find("  no-route         404                        or an application's: Envoy, "),
            out.npos)
      << out;
  EXPECT_NE(out.find("\n  3  status 404, header Server: ^istio-envoy$, no header "
                     "x-envoy-upstream-service-time, "
                     "no body\n"),
            out.npos)
      << out;
}

TEST(Explain, WhatNobodyConfirmedIsSaidOnce) {
  EXPECT_EQ(explained("contour").find("not confirmed: not confirmed"), std::string::npos);
}

/// It has no sign of its own, no page: nothing is promised of it.
TEST(Explain, AControllerWithoutSignsHasNoEmptyHeading) {
  const std::string out = explained("aws-classic-elb");
  EXPECT_EQ(out.find("What auto goes by"), out.npos) << out;
  EXPECT_EQ(out.find("Pages"), out.npos) << out;
}

}  // namespace
}  // namespace ingress_check
