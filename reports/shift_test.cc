// How often a shift is called where there is none, and where there is one, by simulation: pods with
// a log-normal of 20 ms whose level swings from second to second and drifts, 500/s for 60 s a side.
#include "reports/shift.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "reports/speed.h"

namespace ingress_check {
namespace {

/// How the answers of a side come about.
struct World {
  double sigma = 0.4;   ///< of the log-normal
  double swing = 0.02;  ///< of its level from second to second, in logarithms
  double memory = 0.8;  ///< of the swing, from one second to the next
  double drift = 0.0;   ///< of the level over the minute, in logarithms
  double level = 1;     ///< of all
  double tail = 1;      ///< times the slowest 2 of 100
  int rate = 500, seconds = 60;
};

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed) : random_(seed) {}

  std::vector<CompactHistogram> side(const World& world) {
    std::normal_distribution<double> normal;
    std::vector<CompactHistogram> slices;
    double swing = normal(random_) * world.swing;
    const double fresh = world.swing * std::sqrt(1 - world.memory * world.memory);
    for (int second = 0; second < world.seconds; ++second) {
      swing = world.memory * swing + fresh * normal(random_);
      const double level =
          20e6 * world.level * std::exp(swing + world.drift * second / world.seconds);
      CompactHistogram& here = slices.emplace_back(part_buckets());
      for (int i = 0; i < world.rate; ++i) {
        const double z = shapes()[random_() % shapes().size()];
        const double slow = z > 2.0537 ? world.tail : 1;  // the normal distribution's 98 %
        here.record(static_cast<std::uint64_t>(level * slow * std::exp(world.sigma * z)));
      }
    }
    return slices;
  }

 private:
  /// Normal quantiles, drawn once: drawing them anew is what would take the time.
  static const std::vector<double>& shapes() {
    static const std::vector<double> values = [] {
      std::mt19937_64 random(1);
      std::normal_distribution<double> normal;
      std::vector<double> all(65'536);
      for (auto& value : all) value = normal(random);
      return all;
    }();
    return values;
  }

  std::mt19937_64 random_;
};

std::vector<const CompactHistogram*> pointers(const std::vector<CompactHistogram>& slices) {
  std::vector<const CompactHistogram*> all;
  for (const auto& one : slices) all.push_back(&one);
  return all;
}

/// p50 and p99, as a page with this one phase judges them.
Pace pace(const World& before, const World& after, std::uint64_t seed) {
  Simulation simulation(seed);
  const auto a = simulation.side(before), b = simulation.side(after);
  std::vector<Shift> shifts;
  for (const double percent : {50.0, 99.0})
    if (const auto one = shift(pointers(a), pointers(b), percent, 1 - speed_alpha / 2, seed))
      shifts.push_back(*one);
  return pace_of(shifts);
}

int called(const World& before, const World& after, int trials, std::uint64_t seed,
           std::optional<Pace> as = std::nullopt) {
  int sum = 0;
  for (int i = 0; i < trials; ++i) {
    const Pace one = pace(before, after, seed + static_cast<std::uint64_t>(i));
    sum += as ? one == *as : one != Pace::alike;
  }
  return sum;
}

World drifting(double drift, double level = 1) {
  World world;
  world.drift = drift;
  world.level = level;
  return world;
}

TEST(Shift, AlikeIsCalledAlike) {
  EXPECT_LE(called({}, {}, 100, 1'000), 2) << "of 100 that swing";
  // The second minute goes on where the first has ended.
  EXPECT_LE(called(drifting(0.01), drifting(0.01, std::exp(0.01)), 100, 2'000), 2);
  World restless;
  restless.swing = 0.05;
  EXPECT_LE(called(restless, restless, 100, 3'000), 2);
}

TEST(Shift, TenPercentAreFound) {
  World slower;
  slower.level = 1.1;
  EXPECT_GE(called({}, slower, 100, 4'000, Pace::slower), 95);
  EXPECT_GE(called(slower, {}, 20, 4'500, Pace::faster), 19);
}

TEST(Shift, ALongerTailIsFound) {
  World longer;
  longer.tail = 1.5;
  EXPECT_GE(called({}, longer, 100, 5'000, Pace::slower), 95);
}

TEST(Shift, IsWhatWasPutIn) {
  World slower;
  slower.level = 1.25;
  slower.swing = 0.001;
  Simulation simulation(7);
  const auto a = simulation.side({}), b = simulation.side(slower);
  const auto found = shift(pointers(a), pointers(b), 50, 0.99, 7);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->ratio.value, 1.25, 0.03);
  EXPECT_NEAR(found->baseline.value, 20e6, 0.6e6);
  EXPECT_LT(found->ratio.low, found->ratio.value);
  EXPECT_LT(found->ratio.value, found->ratio.high);
  EXPECT_EQ(shift(pointers(a), pointers(b), 50, 0.99, 7), found)
      << "the same seed, the same answer";
}

/// One stall in a minute moves p99 far: that is no proof of anything.
TEST(Shift, OneStallProvesNothing) {
  Simulation simulation(11);
  const auto a = simulation.side({});
  auto b = simulation.side({});
  for (int i = 0; i < 450; ++i) b[30].record(900'000'000);
  const auto found = shift(pointers(a), pointers(b), 99, 0.99, 1);
  ASSERT_TRUE(found);
  EXPECT_GT(found->ratio.value, 1.5);
  const auto middle = shift(pointers(a), pointers(b), 50, 0.99, 1);
  ASSERT_TRUE(middle);
  EXPECT_EQ(pace_of({*middle, *found}), Pace::alike);
  EXPECT_EQ(pace_of({*middle}), Pace::not_compared) << "p99 may be anything";
}

TEST(Shift, TooLittleIsNotCompared) {
  Simulation simulation(3);
  World few;
  few.seconds = 9;
  const auto short_one = simulation.side(few), whole = simulation.side({});
  EXPECT_FALSE(shift(pointers(short_one), pointers(whole), 50, 0.99, 1));
  few.seconds = 10;
  few.rate = 150;
  const auto thin = simulation.side(few);
  EXPECT_FALSE(shift(pointers(thin), pointers(whole), 99, 0.99, 1)) << "15 above p99";
  EXPECT_TRUE(shift(pointers(thin), pointers(whole), 50, 0.99, 1));
}

TEST(Shift, SlicesOfTheWarmUpAreLeftOut) {
  LoadReply reply;
  reply.warm_up = 15;
  for (std::uint64_t i = 0; i < 4; ++i) {
    reply.seconds.emplace_back().due = 10;
    if (i != 3) reply.seconds.back().response.record(1'000 * (i + 1));
  }
  const auto slices = measured_slices(reply);
  ASSERT_EQ(slices.size(), 1u) << "the second holds some of the warm-up, the last no answer";
  EXPECT_EQ(slices[0], &reply.seconds[2].response);
}

}  // namespace
}  // namespace ingress_check
