#include "reports/axis.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ingress_check {
namespace {

std::string texts(const Scale& scale) {
  std::string out;
  for (const auto& tick : scale.ticks()) out += tick.text + " ";
  return out;
}

TEST(Axis, LinearEndsAtRoundNumbers) {
  const Scale scale({.from = 0}, {3, 517}, 0, 100);
  EXPECT_EQ(texts(scale), "0 200 400 600 ");
  EXPECT_DOUBLE_EQ(scale.at(0), 0);
  EXPECT_DOUBLE_EQ(scale.at(600), 100);
  EXPECT_DOUBLE_EQ(scale.at(300), 50);
}

TEST(Axis, LogarithmicKeepsRatios) {
  const Scale scale({.logarithmic = true, .from = 1, .to = 10'000}, {}, 0, 100);
  EXPECT_EQ(texts(scale), "1 10 100 1000 10000 ");
  EXPECT_NEAR(scale.at(10), 25, 1e-9);
  EXPECT_NEAR(scale.at(100), 50, 1e-9);
}

TEST(Axis, WritesMoreWhereADecadeIsWide) {
  EXPECT_EQ(texts(Scale({.logarithmic = true, .from = 1, .to = 20}, {}, 0, 1)), "1 2 5 10 20 ");
}

TEST(Axis, NeverDividesByZero) {
  for (const bool logarithmic : {false, true})
    for (const auto& values : std::vector<std::vector<double>>{
             {}, {0}, {5, 5}, {std::nan(""), std::numeric_limits<double>::infinity()}, {1e300}}) {
      const Scale scale({.logarithmic = logarithmic}, values, 0, 100);
      EXPECT_TRUE(std::isfinite(scale.at(1)));
      EXPECT_LT(scale.ticks().size(), 1000u);
    }
}

TEST(Axis, ShowsOnlyWhatHasAPlace) {
  const Scale scale({.logarithmic = true}, {1, 2}, 0, 100);
  EXPECT_FALSE(scale.shows(0));
  EXPECT_FALSE(scale.shows(std::nan("")));
  EXPECT_TRUE(scale.shows(1.5));
  EXPECT_DOUBLE_EQ(scale.at(1e9), 100) << "kept on the paper";
}

}  // namespace
}  // namespace ingress_check
