#include "reports/load_charts.h"

#include <gtest/gtest.h>

#include <cmath>

#include "reports/fixed_report_test.h"

namespace ingress_check {
namespace {

std::vector<LoadPhase> phases() { return fixed_storm().checks[0].loads; }

/// The value of a series where its x is at least `x`.
double value_from(const Series& series, double x) {
  for (const auto& point : series.points)
    if (point.x >= x) return point.y;
  return -1;
}

TEST(PercentileChart, IsThatOfTheHistogram) {
  const LoadPhase phase = phases()[1];
  const Chart chart = percentile_chart(phase);
  ASSERT_EQ(chart.panels[0].series.size(), 3u);
  const Histogram& response = phase.reply.response;
  EXPECT_NEAR(value_from(chart.panels[0].series[0], 99.999),
              static_cast<double>(response.percentile(99)),
              0.01 * static_cast<double>(response.percentile(99)));
  EXPECT_EQ(chart.panels[0].series[0].points.back().y, response.max());
  EXPECT_EQ(chart.panels[0].series[0].points.back().x, response.total());
}

TEST(TimelineChart, HasEachSliceAtItsTime) {
  const Chart chart = timeline_chart(phases());
  const auto& failed = chart.panels[1].series[0].points;
  EXPECT_EQ(failed[0].x, 0.5);
  double sum = 0;
  for (const auto& point : failed)
    if (std::isfinite(point.y)) sum += point.y;
  EXPECT_EQ(sum, phases()[1].reply.counts.failed()) << "slices are of a second";
  ASSERT_EQ(chart.bands.size(), 2u);
  EXPECT_EQ(chart.bands[1].name, "storm");
  EXPECT_EQ(chart.bands[1].from, 12);
  EXPECT_EQ(chart.bands[1].to, 32);
}

TEST(TimelineChart, ShadesTheWarmUp) {
  auto all = phases();
  all[0].reply.warm_up = 1000;
  const Chart chart = timeline_chart(all);
  ASSERT_EQ(chart.bands.size(), 3u);
  EXPECT_EQ(chart.bands[0].name, "warm-up");
  EXPECT_EQ(chart.bands[0].to, 2);
  EXPECT_EQ(chart.bands[1].from, 2);
}

TEST(TimelineChart, LeavesOutTheRateOfASliceThatIsNotWhole) {
  const Chart chart = timeline_chart({phases()[0]});
  const auto& answered = chart.panels[0].series[0].points;
  EXPECT_EQ(answered[8].y, 500);
  EXPECT_TRUE(std::isnan(answered[9].y));
}

TEST(PodsChart, ComparesWithAnEvenSplit) {
  const Bars bars = pods_chart(phases()[0].reply);
  ASSERT_EQ(bars.bars.size(), 3u);
  EXPECT_DOUBLE_EQ(bars.bars[0].share, 0.5);
  EXPECT_EQ(bars.bars[0].name, "app1-7d9f");
  EXPECT_DOUBLE_EQ(bars.even, 1.0 / 3);
  EXPECT_FALSE(names_pods(LoadReply{}));
}

TEST(RateChart, NeedsThreeRates) {
  auto all = phases();
  EXPECT_FALSE(has_rates(all));
  for (const double rate : {100.0, 900.0}) {
    all.push_back(all[0]);
    all.back().reply.offered = rate;
  }
  ASSERT_TRUE(has_rates(all));
  const Chart chart = rate_chart(all);
  EXPECT_EQ(chart.panels[0].series[0].points.front().x, 100);
  EXPECT_EQ(chart.panels[0].series[0].points.back().x, 900);
}

}  // namespace
}  // namespace ingress_check
