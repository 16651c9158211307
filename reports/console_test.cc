#include <gtest/gtest.h>

#include "reports/format.h"
#include "reports/sample_test.h"

namespace ingress_check {
namespace {

TEST(Console, LetsNoControlCharacterOfAServerThrough) {
  const std::string text = find_format("console")->render(sample_report(), {});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("\\x1b[31m"), std::string::npos);
}

TEST(Console, ColoursOnlyWhenAsked) {
  RenderOptions options;
  options.color = true;
  EXPECT_NE(find_format("console")->render(sample_report(), options).find("\x1b[1;31mFAIL"),
            std::string::npos);
}

}  // namespace
}  // namespace ingress_check
