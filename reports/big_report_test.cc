// What ten minutes at 20,000 requests a second leave is still a page that a browser and a pull
// request take.
#include <gtest/gtest.h>

#include "reports/big_sample_test.h"
#include "reports/format.h"
#include "reports/machine/json/read.h"

namespace ingress_check {
namespace {

TEST(BigReport, StaysSmall) {
  const Report report = big_report();
  const LoadReply& reply = report.scenarios[0].checks[0].loads[0].reply;
  ASSERT_GE(reply.response.total(), 12'000'000u);
  ASSERT_EQ(reply.seconds.size(), 600u);
  const auto rendered = [](const Report& one, const char* format) {
    return find_format(format)->render(one, {});
  };
  const std::string page = rendered(report, "html");
  EXPECT_LT(page.size(), 2'000'000u);
  EXPECT_NE(page.find("shop-frontend-7d9f4c6b5-x119"), page.npos) << "every pod is told";
  EXPECT_LT(rendered(report, "markdown").size(), 65'536u) << "characters that GitHub takes";

  // What is stored and read again is no larger a page.
  const std::string stored = rendered(report, "json");
  EXPECT_LT(stored.size(), most_result_bytes);
  const auto again = read_result(stored);
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_EQ(rendered(*again, "html").size(), page.size());
}

}  // namespace
}  // namespace ingress_check
