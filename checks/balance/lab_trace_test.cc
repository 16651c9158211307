// The simulated balancer against the Lua of the practice ingress: the same trace through both, in
// simulated time. Statistics are calibrated on the one, planted defects run on the other; neither
// may be a model of its own.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "checks/fake_balancer.h"

namespace ingress_check {
namespace {

/// A request: when it comes, and how long each pod would take then.
struct Moment {
  double at = 0;
  std::vector<double> takes;
};

/// What fixtures/trace/trace.lua prints for each line of that trace.
std::vector<std::string> through_lua(const std::string& policy, std::uint64_t seed,
                                     std::size_t pods, const std::string& trace) {
  char folder[] = "/tmp/lab-trace-XXXXXX";
  if (!mkdtemp(folder)) return {};
  const std::string in = std::string(folder) + "/in", out = std::string(folder) + "/out";
  std::ofstream(in) << trace;
  const std::string fixtures = std::string(SOURCE_DIR) + "/fixtures/";
  const auto command = fmt::format("luajit {0}trace/trace.lua {0}lua {1} {2} {3} <{4} >{5}",
                                   fixtures, policy, seed, pods, in, out);
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
  std::vector<std::string> lines;
  std::ifstream file(out);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  std::filesystem::remove_all(folder);
  return lines;
}

std::string written(const std::vector<Moment>& trace) {
  std::string text;
  for (const auto& moment : trace) {
    text += fmt::format("{:.9f}", moment.at);
    for (const double takes : moment.takes) text += fmt::format(" {:.9f}", takes);
    text += "\n";
  }
  return text;
}

/// 100 requests a second by chance for so long; latencies vary by a tenth.
std::vector<Moment> trace_of(double lasts, std::uint64_t seed,
                             const std::function<std::vector<double>(double at)>& medians) {
  std::mt19937_64 random(seed);
  std::exponential_distribution<double> gap(100);
  std::normal_distribution<double> normal;
  std::vector<Moment> trace;
  for (double at = gap(random); at < lasts; at += gap(random)) {
    Moment moment{at, medians(at)};
    for (auto& takes : moment.takes) takes *= std::exp(0.1 * normal(random));
    trace.push_back(std::move(moment));
  }
  return trace;
}

Duration time(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

std::vector<std::size_t> simulated(FakePolicy policy, std::uint64_t seed, std::size_t pods,
                                   const std::vector<Moment>& trace) {
  FakeBalancer balancer({.policy = policy}, pods, 1, seed);
  std::vector<std::size_t> picks;
  for (const auto& moment : trace) {
    picks.push_back(balancer.pick({.at = time(moment.at)}).pod);
    balancer.will_take(time(moment.takes[picks.back()]));
  }
  return picks;
}

std::vector<std::size_t> in_lua(const std::string& policy, std::uint64_t seed, std::size_t pods,
                                const std::vector<Moment>& trace) {
  std::vector<std::size_t> picks;
  for (const auto& line : through_lua(policy, seed, pods, written(trace)))
    picks.push_back(std::stoul(line));
  EXPECT_EQ(picks.size(), trace.size());
  return picks;
}

/// Pods in order of their first pick, so that both sides call them alike.
std::vector<std::size_t> renamed(const std::vector<std::size_t>& picks) {
  std::map<std::size_t, std::size_t> names;
  std::vector<std::size_t> all;
  for (const auto pick : picks) all.push_back(names.emplace(pick, names.size()).first->second);
  return all;
}

TEST(lab_trace, turns_are_the_same_picks) {
  for (const std::size_t pods : {2u, 3u, 10u}) {
    const auto trace = trace_of(5, pods, [&](double) { return std::vector<double>(pods, 0.02); });
    EXPECT_EQ(renamed(in_lua("round_robin", 1, pods, trace)),
              renamed(simulated(FakePolicy::round_robin, 2, pods, trace)));
  }
}

// Among equals both go in turn, so that no chance is left once they have begun.
TEST(lab_trace, least_connections_are_the_same_picks) {
  const auto trace = trace_of(10, 1, [](double at) {
    return at < 4 ? std::vector<double>{0.3, 0.02, 0.04} : std::vector<double>{0.02, 0.3, 0.04};
  });
  std::uint64_t alike = 0;
  const auto lua = renamed(in_lua("least_connections", 1, 3, trace));
  for (std::uint64_t seed = 1; seed <= 8 && !alike; ++seed)  // one begins at the same pod
    alike += renamed(simulated(FakePolicy::least_connections, seed, 3, trace)) == lua;
  EXPECT_EQ(alike, 1u);
}

/// The same chance for both: what FakeBalancer draws, two numbers for each pick after one for its
/// first turn.
std::vector<std::size_t> with_chance_of(std::uint64_t seed, std::size_t pods,
                                        const std::vector<Moment>& trace) {
  std::mt19937_64 random(seed);
  (void)random();
  std::istringstream plain(written(trace));
  std::string text;
  for (std::string line; std::getline(plain, line);) {
    const auto first = random() % pods;
    text += fmt::format("{} {} {}\n", line, first, random() % (pods - 1));
  }
  std::vector<std::size_t> picks;
  for (const auto& line : through_lua("ewma", seed, pods, text)) picks.push_back(std::stoul(line));
  return picks;
}

// As distribution has it: all different, then one slow, then as before. Pick for pick, and so share
// for share.
TEST(lab_trace, ewma_with_the_same_chance_are_the_same_picks) {
  for (const std::size_t pods : {2u, 3u, 5u, 20u})
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
      const auto trace = trace_of(60, seed, [&](double at) {
        std::vector<double> medians;
        for (std::size_t pod = 0; pod < pods; ++pod)
          medians.push_back(0.02 + 0.002 * static_cast<double>(pod));
        if (at >= 10 && at < 20) medians[0] = 0.15;
        return medians;
      });
      const auto lua = with_chance_of(seed, pods, trace);
      const auto fake = simulated(FakePolicy::ewma, seed, pods, trace);
      ASSERT_EQ(lua.size(), fake.size());
      const auto differ = std::ranges::mismatch(lua, fake).in1 - lua.begin();
      EXPECT_EQ(differ, static_cast<std::ptrdiff_t>(fake.size())) << pods << " pods";
      std::vector<std::size_t> while_slow;
      for (std::size_t i = 0; i < fake.size(); ++i)
        if (trace[i].at >= 12 && trace[i].at < 20) while_slow.push_back(fake[i]);
      EXPECT_LT(std::ranges::count(while_slow, 0u) * 10, static_cast<int>(while_slow.size()))
          << "the slow one is avoided";
    }
}

TEST(lab_trace, cookies_are_set_at_the_same_requests_and_pin_alike) {
  std::mt19937_64 random(3);
  std::vector<std::uint64_t> clients;
  std::string text;
  for (int i = 0; i < 400; ++i) {
    clients.push_back(random() % 50);
    text += fmt::format("{}\n", clients.back());
  }
  for (const bool always : {false, true}) {
    const auto lines = through_lua(always ? "cookie-always" : "cookie", 1, 4, text);
    ASSERT_EQ(lines.size(), clients.size());
    FakeBalancer balancer({.cookie = FakeCookie{.always = always}}, 4, 1, 9);
    std::map<std::uint64_t, std::uint64_t> jars;
    std::map<std::uint64_t, std::size_t> fake_pods, lua_pods;
    for (std::size_t i = 0; i < clients.size(); ++i) {
      const auto client = clients[i];
      FakeArrival arrival{.client = client};
      if (jars.contains(client)) arrival.cookie = jars.at(client);
      const auto pick = balancer.pick(arrival);
      if (pick.cookie) jars[client] = *pick.cookie;
      std::istringstream line(lines[i]);
      std::size_t pod = 0;
      std::string attributes;
      line >> pod >> std::ws;
      std::getline(line, attributes);
      EXPECT_EQ(attributes, pick.cookie ? balancer.how().cookie->attributes : "")
          << "request " << i;
      EXPECT_EQ(fake_pods.emplace(client, pick.pod).first->second, pick.pod);
      EXPECT_EQ(lua_pods.emplace(client, pod).first->second, pod);
    }
  }
}

}  // namespace
}  // namespace ingress_check
