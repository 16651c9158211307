// Judges comparisons of live servers, as `ci/alike` has stored them: how often a difference is
// called, live and of pairs that are drawn from the recorded blocks. Prints a table; writes JSON.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>

#include "harness/reply_sum.h"
#include "reports/comparing.h"
#include "reports/machine/json/read.h"
#include "reports/shift.h"

namespace ingress_check::alike {
namespace {

constexpr std::size_t block_slices = 5;  // harness/blocks.h: least_block

using Slices = std::vector<SecondReply>;

/// Of how many, at most, a difference may be called where there is none, and of how many, at least,
/// it must be found where there is one.
constexpr double may_call = 8.0 / 300, must_find = 0.95;

struct Count {
  std::uint64_t trials = 0;  ///< that were compared
  std::uint64_t open = 0;    ///< others: the generator was the limit
  std::uint64_t called = 0, slower = 0, hints = 0;
  void add(const SpeedRow& row) {
    if (row.pace == Pace::not_compared) {
      ++open;
      return;
    }
    ++trials;
    called += row.pace != Pace::alike;
    slower += row.pace == Pace::slower;
    hints += row.indicated;
  }
};

[[noreturn]] void give_up(const std::string& what) {
  fmt::print(stderr, "alike: {}\n", what);
  std::exit(4);
}

Report stored(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  auto report = read_result(text);
  if (!report) give_up(fmt::format("{}: {}", file, report.error().what));
  const auto& checks =
      report->scenarios.empty() ? std::vector<CheckReport>{} : report->scenarios.front().checks;
  if (checks.size() != 2 || checks[0].loads.size() != 1 || checks[1].loads.size() != 1)
    give_up(fmt::format("{} is not one load of two targets", file));
  return *std::move(report);
}

LoadReply& reply(Report& report, std::size_t side) {
  return report.scenarios.front().checks[side].loads.front().reply;
}

SpeedRow judged(const Report& report) {
  const auto comparison = compare_targets(report);
  if (!comparison || comparison->speed.size() != 1) give_up("there is nothing to compare");
  return comparison->speed.front();
}

/// The blocks of both sides after the warm-up.
std::vector<Slices> blocks(Report& report) {
  std::vector<Slices> all;
  for (const std::size_t side : {0, 1}) {
    const LoadReply& one = reply(report, side);
    std::size_t begin = 0;
    for (std::uint64_t due = 0; begin < one.seconds.size() && due < one.warm_up; ++begin)
      due += one.seconds[begin].due;
    for (auto at = begin; at + block_slices <= one.seconds.size(); at += block_slices)
      all.emplace_back(one.seconds.begin() + static_cast<std::ptrdiff_t>(at),
                       one.seconds.begin() + static_cast<std::ptrdiff_t>(at + block_slices));
  }
  return all;
}

/// Every value through `change`; within a bucket as if they were spread evenly.
void change_values(Slices& slices, const std::function<double(double)>& change) {
  const Buckets& buckets = part_buckets();
  for (auto& slice : slices) {
    CompactHistogram changed(buckets);
    for (std::uint32_t i = 0; i < buckets.size(); ++i) {
      const auto low = static_cast<double>(buckets.low(i));
      const auto width = static_cast<double>(buckets.high(i)) + 1 - low;
      const auto count = slice.response.at(i);
      for (std::uint32_t k = 0; k < count; ++k)
        changed.record(static_cast<std::uint64_t>(
            change(low + width * (k + 0.5) / static_cast<double>(count))));
    }
    slice.response = std::move(changed);
  }
}

void slow(Slices& slices) {
  change_values(slices, [](double value) { return 1.1 * value; });
}

/// The slowest 2 of 100 take half as long again.
void stretch_tail(Slices& slices) {
  CompactHistogram all(part_buckets());
  for (const auto& slice : slices) merge_alike(all, slice.response);
  const auto from = static_cast<double>(all.percentile(98));
  change_values(slices, [from](double value) { return value > from ? 1.5 * value : value; });
}

/// Sides of as many blocks as were measured, drawn from those of both sides of one run: nothing
/// differs between them but what `change` does to the second.
class Resampling {
 public:
  explicit Resampling(Report run) : run_(std::move(run)), blocks_(blocks(run_)) {
    if (blocks_.empty()) give_up("a result has no blocks");
    for (const std::size_t side : {0, 1}) reply(run_, side).warm_up = 0;
  }

  SpeedRow draw(std::uint64_t seed, void (*change)(Slices&)) {
    std::mt19937_64 random(seed);
    run_.seed = seed;
    for (const std::size_t side : {0, 1}) {
      Slices& drawn = reply(run_, side).seconds;
      drawn.clear();
      for (std::size_t i = 0; i < blocks_.size() / 2; ++i) {
        const Slices& block = blocks_[random() % blocks_.size()];
        drawn.insert(drawn.end(), block.begin(), block.end());
      }
      if (side == 1 && change) change(drawn);
    }
    return judged(run_);
  }

 private:
  Report run_;
  std::vector<Slices> blocks_;
};

struct Kind {
  std::string name, words;
  void (*change)(Slices&);
};

/// A row of the table; whether its bar is met.
bool told(const std::string& how, const Kind& kind, const Count& count, double may_be_called,
          nlohmann::json& out) {
  const auto trials = static_cast<double>(count.trials);
  const bool met = kind.change ? static_cast<double>(count.slower) >= must_find * trials
                               : static_cast<double>(count.called) <= may_be_called * trials;
  fmt::print("  {:<5} {:<24} {:>6} {:>6} {:>6} {:>6} {:>6}  {}\n", how, kind.words, count.trials,
             count.open, count.called, count.slower, count.hints, met ? "" : "missed");
  out.push_back({{"how", how},
                 {"kind", kind.name},
                 {"pairs", count.trials},
                 {"not_compared", count.open},
                 {"called", count.called},
                 {"slower", count.slower},
                 {"hints", count.hints},
                 {"met", met}});
  return met;
}

int judge(std::uint64_t resamplings, const std::string& out,
          const std::vector<std::string>& files) {
  const std::vector<Kind> kinds{{"alike", "the same lab twice", nullptr},
                                {"slower", "slower by 10 %", slow},
                                {"tail", "p99 1.5 times as long", stretch_tail}};
  std::vector<Resampling> runs;
  std::vector<Count> live(kinds.size());
  for (const auto& file : files) {
    const auto name = std::filesystem::path(file).filename().string();
    const auto kind = std::ranges::find(kinds, name.substr(0, name.find('-')), &Kind::name);
    if (kind == kinds.end()) give_up(file + " is of no known kind");
    auto report = stored(file);
    live[static_cast<std::size_t>(kind - kinds.begin())].add(judged(report));
    if (!kind->change) runs.emplace_back(std::move(report));
  }
  if (runs.empty()) give_up("no run of the same lab twice is stored");
  fmt::print("  {:<30} {:>6} {:>6} {:>6} {:>6} {:>6}\n", "", "pairs", "open", "called", "slower",
             "hints");
  nlohmann::json rows = nlohmann::json::array();
  bool met = true;
  for (std::size_t k = 0; k < kinds.size(); ++k)
    if (live[k].trials > 0) met = told("live", kinds[k], live[k], 0, rows) && met;
  for (const auto& kind : kinds) {
    Count count;
    for (std::uint64_t i = 0; i < resamplings; ++i)
      count.add(runs[i % runs.size()].draw(1 + i, kind.change));
    if (count.trials > 0) met = told("drawn", kind, count, may_call, rows) && met;
  }
  std::ofstream(out) << nlohmann::json{{"schema", "ingress-check/alike/1"}, {"rows", rows}}.dump(1)
                     << "\n";
  fmt::print("alike: {}\n", met ? "all bars are met" : "a bar is missed");
  return met ? 0 : 1;
}

}  // namespace
}  // namespace ingress_check::alike

int main(int count, char** words) {
  using namespace ingress_check::alike;
  if (count < 4) give_up("usage: alike RESAMPLINGS OUT.json RESULT.json...");
  return judge(std::strtoull(words[1], nullptr, 10), words[2], {words + 3, words + count});
}
