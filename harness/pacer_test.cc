#include "harness/pacer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace ingress_check {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration never = Duration::max();

Pacer even(std::vector<Stage> stages) { return *Pacer::create(std::move(stages)); }
Pacer poisson(std::vector<Stage> stages, std::uint64_t seed = 1) {
  return *Pacer::create(std::move(stages), Spacing::poisson, seed);
}

std::vector<Duration> all_of(const Pacer& pacer) {
  std::vector<Duration> times;
  for (Slots slots(pacer); !slots.over(); slots.next()) times.push_back(slots.due());
  return times;
}

std::vector<Stage> random_stages(std::mt19937_64& random) {
  const double rates[] = {0, 0, 0.3, 1, 7, 99.5, 1000};
  std::vector<Stage> stages{{5, 5, milliseconds(100 + random() % 900)}};
  for (std::uint64_t left = random() % 6; left > 0; --left) {
    const double from = rates[random() % 7], to = random() % 2 == 0 ? from : rates[random() % 7];
    stages.push_back({from, to, Duration(1 + random() % 5'000'000'000)});
  }
  std::shuffle(stages.begin(), stages.end(), random);
  return stages;
}

TEST(Pacer, ConstantRate) {
  const Pacer ten = even({{10, 10, seconds(1)}});
  for (std::uint64_t i = 0; i < 10; ++i) EXPECT_EQ(ten.due(i), milliseconds(100 * i));
  EXPECT_EQ(ten.due(10), never);
  EXPECT_EQ(ten.total(), 10u);
  EXPECT_EQ(ten.due_before(Duration::zero()), 0u);
  EXPECT_EQ(ten.due_before(Duration(1)), 1u);
  EXPECT_EQ(ten.due_before(milliseconds(100)), 1u);
  EXPECT_EQ(ten.due_before(milliseconds(100) + Duration(1)), 2u);
  EXPECT_EQ(ten.due_before(never), 10u);
  EXPECT_EQ(ten.due_before(Duration(-5)), 0u);
}

TEST(Pacer, TotalsOfConstantRates) {
  const struct {
    double rate;
    Duration lasts;
    std::uint64_t total;
  } table[] = {{3, seconds(10), 30},
               {0.5, seconds(60), 30},
               {1.0 / 3600, hours(2), 2},
               {1.0 / 3600, seconds(1), 1},
               {1.0 / 3, seconds(9), 3},
               {0.1, seconds(30), 3},
               {10, milliseconds(950), 10},
               {1e7, seconds(3600), 36'000'000'000},
               {20'000, hours(24), 1'728'000'000},
               {99.9, seconds(10), 999}};
  for (const auto& row : table)
    EXPECT_EQ(even({{row.rate, row.rate, row.lasts}}).total(), row.total) << row.rate;
}

TEST(Pacer, DoesNotDriftInMonths) {
  const Pacer pacer = even({{30'000, 30'000, hours(24 * 100)}});
  for (const std::uint64_t i : {3ull, 1'000'000ull, 99'999'999'999ull, 259'199'999'999ull}) {
    const long double exact = static_cast<long double>(i) * 1e9L / 30'000;
    EXPECT_NEAR(static_cast<double>(pacer.due(i).count() - exact), 0, 1.01) << i;
  }
  EXPECT_EQ(pacer.total(), 259'200'000'000u);
  const Pacer endless = even({{7, 7, never}});
  EXPECT_EQ(endless.due(70), seconds(10));
  EXPECT_GT(endless.total(), 64'000'000'000u);
}

TEST(Pacer, GapsOfAConstantRateAreEqual) {
  const Pacer pacer = even({{7'777, 7'777, seconds(20)}});
  const auto times = all_of(pacer);
  ASSERT_EQ(times.size(), 155'540u);
  for (std::size_t i = 1; i < times.size(); ++i)
    ASSERT_NEAR(static_cast<double>((times[i] - times[i - 1]).count()), 1e9 / 7'777, 1) << i;
}

TEST(Pacer, RampsHoldTheirIntegral) {
  const struct {
    double from, to;
    Duration lasts;
    std::uint64_t total;
  } table[] = {{0, 100, seconds(10), 500},
               {100, 0, seconds(10), 500},
               {100, 2000, seconds(30), 31'500},
               {2000, 100, seconds(30), 31'500},
               {1, 2, seconds(2), 3},
               {0, 1e7, seconds(60), 300'000'000},
               {3, 4, hours(24), 302'400}};
  for (const auto& row : table) {
    const Pacer pacer = even({{row.from, row.to, row.lasts}});
    EXPECT_EQ(pacer.total(), row.total) << row.from << " to " << row.to;
    EXPECT_DOUBLE_EQ(pacer.expected(row.lasts), static_cast<double>(row.total));
  }
  const Pacer up = even({{0, 100, seconds(10)}});
  EXPECT_EQ(up.due(0), Duration::zero());
  EXPECT_EQ(up.due(20), seconds(2));
  EXPECT_EQ(up.due(125), seconds(5));
  EXPECT_EQ(up.due_before(seconds(2)), 20u);
  EXPECT_EQ(up.due_before(seconds(5)), 125u);
  EXPECT_EQ(up.rate(seconds(5)), 50);
  EXPECT_EQ(up.rate(seconds(10)), 0);
  EXPECT_EQ(up.rate(Duration(-1)), 0);
  EXPECT_EQ(up.expected(seconds(5)), 125);
}

TEST(Pacer, ARampDownIsTheMirrorOfTheRampUp) {
  const Pacer up = even({{10, 5'000, seconds(60)}}), down = even({{5'000, 10, seconds(60)}});
  const std::uint64_t total = up.total();
  ASSERT_EQ(down.total(), total);
  for (std::uint64_t i = 1; i < total; i += 101)
    ASSERT_NEAR(static_cast<double>((up.due(i) + down.due(total - i)).count()), 60e9, 1.01) << i;
}

TEST(Pacer, StagesFollowOneAnother) {
  const Pacer pacer = even({{0, 0, seconds(1)},
                            {100, 100, seconds(1)},
                            {0, 0, seconds(3)},
                            {50, 150, seconds(2)},
                            {150, 0, seconds(2)},
                            {0, 0, seconds(1)}});
  EXPECT_EQ(pacer.lasts(), seconds(10));
  EXPECT_EQ(pacer.total(), 450u);
  EXPECT_EQ(pacer.due(0), seconds(1));
  EXPECT_EQ(pacer.due(99), milliseconds(1990));
  EXPECT_EQ(pacer.due(100), seconds(5));  // after the pause, not before it
  EXPECT_EQ(pacer.due(300), seconds(7));
  EXPECT_LT(pacer.due(449), seconds(9));
  EXPECT_EQ(pacer.due(450), never);
  EXPECT_EQ(pacer.due_before(seconds(5)), 100u);
  EXPECT_EQ(pacer.rate(milliseconds(500)), 0);
  EXPECT_EQ(pacer.rate(seconds(5)), 50);
  EXPECT_EQ(pacer.rate(seconds(7)), 150);
}

TEST(Pacer, PartsOfARequestAreCarriedOver) {
  const Pacer one = even({{1.7, 1.7, seconds(100)}});
  const Pacer cut = even(std::vector<Stage>(100, {1.7, 1.7, seconds(1)}));
  ASSERT_EQ(one.total(), 170u);
  EXPECT_EQ(cut.total(), 170u);
  for (std::uint64_t i = 0; i < 170; ++i)
    EXPECT_NEAR(static_cast<double>((one.due(i) - cut.due(i)).count()), 0, 1) << i;
}

TEST(Pacer, RoundingMovesNoSlotAcrossAPause) {
  std::vector<Stage> stages(20, {0.1, 0.1, seconds(1)});  // in binary, their sum is above 2
  EXPECT_EQ(even(stages).total(), 2u);
  stages.push_back({0, 0, seconds(10)});
  stages.push_back({10, 10, seconds(1)});
  EXPECT_EQ(even(stages).due(2), seconds(30));
}

TEST(Pacer, AnyStages) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 200; ++round) {
    const Pacer pacer = even(random_stages(random));
    const auto times = all_of(pacer);
    ASSERT_EQ(times.size(), pacer.total()) << round;
    ASSERT_TRUE(std::is_sorted(times.begin(), times.end())) << round;
    ASSERT_GE(times.front(), Duration::zero());
    ASSERT_LT(times.back(), pacer.lasts());
    for (const auto time : times) ASSERT_GT(pacer.rate(time) + pacer.rate(time + Duration(2)), 0);
    for (int at = 0; at < 50; ++at) {
      const auto i = random() % times.size();
      const auto first = std::lower_bound(times.begin(), times.end(), times[i]) - times.begin();
      ASSERT_EQ(pacer.due_before(times[i]), static_cast<std::uint64_t>(first)) << round;
      ASSERT_GT(pacer.due_before(times[i] + Duration(1)), i) << round;
    }
    std::uint64_t before = 0;
    double expected = 0;
    Duration t{};
    for (int window = 0; window < 50 && t < pacer.lasts(); ++window) {
      t += Duration(random() % static_cast<std::uint64_t>(pacer.lasts().count() / 20));
      const auto here = pacer.due_before(t);
      const auto exact = std::lower_bound(times.begin(), times.end(), t) - times.begin();
      ASSERT_EQ(here, static_cast<std::uint64_t>(exact)) << round;
      const double wanted = pacer.expected(t) - expected;  // never bunched, never late
      ASSERT_NEAR(static_cast<double>(here - before), wanted, 1 + 1e-5) << round;
      before = here;
      expected = pacer.expected(t);
    }
  }
}

TEST(Pacer, ImpossiblePhases) {
  EXPECT_FALSE(Pacer::create({}));
  EXPECT_FALSE(Pacer::create({{0, 0, seconds(1)}}));
  EXPECT_FALSE(Pacer::create({{10, 10, seconds(0)}}));
  EXPECT_FALSE(Pacer::create({{10, 10, seconds(-1)}}));
  EXPECT_FALSE(Pacer::create({{-1, 10, seconds(1)}}));
  EXPECT_FALSE(Pacer::create({{10, std::nan(""), seconds(1)}}));
  EXPECT_FALSE(Pacer::create({{10, 1.1e7, seconds(1)}}));
  EXPECT_FALSE(Pacer::create({{1, 1, never}, {1, 1, seconds(1)}}));
  EXPECT_TRUE(Pacer::create({{1e-6, 1e-6, seconds(1)}}));
}

TEST(Pacer, WorkersShareTheSlots) {
  for (const Pacer& pacer :
       {even({{100, 900, seconds(3)}, {0, 0, seconds(1)}, {50, 50, seconds(1)}}),
        poisson({{100, 900, seconds(3)}, {0, 0, seconds(1)}, {50, 50, seconds(1)}})}) {
    const auto times = all_of(pacer);
    ASSERT_EQ(times.size(), pacer.total());
    EXPECT_EQ(pacer.due(times.size()), never);
    for (std::uint64_t i = 0; i < times.size(); i += 37) ASSERT_EQ(pacer.due(i), times[i]);
    for (std::uint64_t workers = 1; workers <= 8; ++workers) {
      std::size_t seen = 0;
      for (std::uint64_t worker = 0; worker < workers; ++worker)
        for (Slots slots(pacer, worker, workers); !slots.over(); slots.next(), ++seen) {
          ASSERT_EQ(slots.index() % workers, worker);
          ASSERT_EQ(slots.due(), times[slots.index()]) << workers;
        }
      EXPECT_EQ(seen, times.size()) << workers;
    }
  }
}

TEST(Pacer, OverStaysOver) {
  for (const Spacing spacing : {Spacing::even, Spacing::poisson}) {
    const auto pacer = *Pacer::create({{2, 2, seconds(1)}}, spacing, 3);
    Slots slots(pacer, 1000, 7);
    EXPECT_TRUE(slots.over());
    slots.next();
    EXPECT_TRUE(slots.over());
    EXPECT_EQ(slots.due(), never);
  }
}

}  // namespace
}  // namespace ingress_check
