// Measures how often checks judge wrongly: simulated runs against correct ingresses and against
// each defect, on all cores. Prints a table; writes JSON. `ci/calibrate` builds and runs it.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "checks/alpha.h"
#include "checks/calibration/rows.h"
#include "checks/examine.h"
#include "checks/statistics.h"
#include "scenarios/yaml.h"

namespace ingress_check::calibration {
namespace {

struct Counts {
  std::uint64_t runs = 0, passed = 0, failed = 0, open = 0;
  std::uint64_t named = 0;                  ///< failures whose first cause is the row's
  std::uint64_t likeliest = 0, listed = 0;  ///< verdicts that say the true policy: first; at all
  std::uint64_t requests = 0;
  void add(const Counts& other) {
    runs += other.runs;
    passed += other.passed;
    failed += other.failed;
    open += other.open;
    named += other.named;
    likeliest += other.likeliest;
    listed += other.listed;
    requests += other.requests;
  }
};

[[noreturn]] void give_up(const std::string& what) {
  fmt::print(stderr, "calibrate: {}\n", what);
  std::exit(2);
}

Params params(const Check& check, const std::string& words) {
  const auto node = read_yaml(words, "calibration.yaml");
  if (!node) give_up(show(node.error().front(), words));
  Errors errors;
  auto decoded = decode(*node, check.words.fields, check.words.rules, {}, errors);
  if (errors.empty() && check.words.review) check.words.review(decoded, errors);
  if (!errors.empty()) give_up(show(errors.front(), words));
  return decoded;
}

Subject subject(const Trial& trial, double alpha) {
  Subject subject;
  subject.target.url = *parse_url("http://frieza.dev");
  subject.target.answered_by.any.pod_header = "X-Echo-Pod";
  subject.controller = *find_profile(trial.controller);
  subject.seed = trial.config.seed;
  subject.alpha = alpha;
  return subject;
}

/// Every false alarm and every miss is worth a look.
void tell_wrong(const Row& row, const Trial& trial, const Verdict& verdict) {
  std::string text =
      fmt::format("{} of {}, seed {}: {}\n{}\n", row.cause.empty() ? "false alarm" : "miss",
                  row.name, trial.config.seed, verdict.summary, trial.words);
  for (const auto& [service, how] : trial.config.balance)
    text += fmt::format("  workers {} replicas {} others {}\n", how.workers, trial.config.replicas,
                        how.others);
  for (const auto& finding : verdict.findings)
    text += fmt::format("  expected {}, got {}\n", finding.expected, finding.actual);
  for (const auto& note : verdict.notes) text += fmt::format("  note: {}\n", note);
  std::fputs(text.c_str(), stderr);
}

/// `level`: the alpha of a run, run_alpha in what users run.
void judge(const Row& row, std::uint64_t i, double level, Counts& counts) {
  const auto* check = find_check(row.check);
  const auto trial = row.trial(i);
  const auto words = params(*check, trial.words);
  FakeIngress ingress(trial.config);
  Watch watch;
  // As if the check were a scenario of its own.
  const double alpha = share_of_alpha(check->tests ? check->tests(words) : 0) * level / run_alpha;
  const auto done = examine(*check, words, subject(trial, alpha), ingress, watch);
  if (!done) give_up(row.name + ": " + done.error().what);
  const auto& verdict = done->verdict;
  ++counts.runs;
  counts.passed += verdict.kind == Verdict::Kind::pass;
  counts.failed += verdict.kind == Verdict::Kind::fail;
  counts.open += verdict.kind == Verdict::Kind::inconclusive;
  counts.named += std::ranges::any_of(verdict.diagnoses,
                                      [&](const Diagnosis& one) { return one.cause == row.cause; });
  if (level == run_alpha && row.cause.empty() == (verdict.kind == Verdict::Kind::fail))
    tell_wrong(row, trial, verdict);
  counts.requests += done->sent;
  for (const auto& note : verdict.notes) {
    if (row.truth.empty() || !note.starts_with("it is ")) continue;
    const auto first = note.substr(0, note.find(';'));
    counts.likeliest += first.find(row.truth) != std::string::npos;
    counts.listed += note.find(row.truth) != std::string::npos;
  }
}

Counts measure(const Row& row, std::uint64_t runs, double level = run_alpha) {
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  std::vector<Counts> counts(cores);
  std::vector<std::thread> threads;
  std::atomic<std::uint64_t> next{0};
  for (unsigned core = 0; core < cores; ++core)
    threads.emplace_back([&, core] {
      for (auto i = next.fetch_add(1); i < runs; i = next.fetch_add(1))
        judge(row, i, level, counts[core]);
    });
  for (auto& thread : threads) thread.join();
  Counts all;
  for (const auto& one : counts) all.add(one);
  return all;
}

/// The upper end of the 95 % interval of one side.
double upper(std::uint64_t wrong, std::uint64_t runs) {
  return share_interval(wrong, runs, 0.90).high;
}

nlohmann::json told(const Row& row, const Counts& counts) {
  const bool defect = !row.cause.empty();
  const auto wrong = defect ? counts.runs - counts.failed : counts.failed;
  const auto runs = static_cast<double>(counts.runs);
  fmt::print("  {:<13} {:<34} {:>8} {:>7} {:>7} {:>9.1e}", row.check, row.name, counts.runs, wrong,
             counts.open, upper(wrong, counts.runs));
  fmt::print(" {:>8.0f}", static_cast<double>(counts.requests) / runs);
  if (defect) fmt::print("  cause {:>5.1f} %", 100 * static_cast<double>(counts.named) / runs);
  if (!row.truth.empty())
    fmt::print("  policy first {:>5.1f} %, listed {:>5.1f} %",
               100 * static_cast<double>(counts.likeliest) / runs,
               100 * static_cast<double>(counts.listed) / runs);
  fmt::print("\n");
  std::fflush(stdout);
  return {{"check", row.check},
          {"row", row.name},
          {"cause", row.cause},
          {"runs", counts.runs},
          {"passed", counts.passed},
          {"failed", counts.failed},
          {"open", counts.open},
          {"cause_named", counts.named},
          {"likeliest", counts.likeliest},
          {"listed", counts.listed},
          {"wrong", wrong},
          {"wrong_upper_95", upper(wrong, counts.runs)},
          {"requests_mean", static_cast<double>(counts.requests) / runs}};
}

double weights(const std::vector<Row>& rows) {
  double all = 0;
  for (const auto& row : rows)
    if (row.cause.empty()) all += row.weight;
  return all;
}

/// How many of that many runs on correct ingresses are of this row.
std::uint64_t part(const Row& row, double weights, std::uint64_t runs) {
  return static_cast<std::uint64_t>(static_cast<double>(runs) * row.weight / weights) + 1;
}

/// False alarms of a check that is given more alpha than a run has. A run shares its alpha out,
/// down to parts that no simulation reaches; that it is kept at 1 in 100 and 1 in 1,000 as well
/// says that p-values are what they claim to be.
bool tail(const std::vector<Row>& rows, std::uint64_t runs, nlohmann::json& out) {
  bool kept = true;
  for (const double level : {1e-2, 1e-3}) {
    Counts pooled;
    for (const auto& row : rows)
      if (row.cause.empty()) pooled.add(measure(row, part(row, weights(rows), runs), level));
    const double bound = upper(pooled.failed, pooled.runs);
    fmt::print("  {:<13} {:<34} {:>8} {:>7} {:>7} {:>9.1e}\n", rows.front().check,
               fmt::format("all correct, alpha {:g}", level), pooled.runs, pooled.failed,
               pooled.open, bound);
    std::fflush(stdout);
    out.push_back({{"check", rows.front().check},
                   {"row", "all correct ingresses"},
                   {"alpha", level},
                   {"runs", pooled.runs},
                   {"failed", pooled.failed},
                   {"wrong_upper_95", bound}});
    kept = kept && bound <= level;
  }
  return kept;
}

/// All rows of one check; whether it is within its bars.
bool calibrate(const std::vector<Row>& rows, std::uint64_t good, std::uint64_t each,
               nlohmann::json& out) {
  Counts pooled;
  bool within = true;
  for (const auto& row : rows) {
    const bool defect = !row.cause.empty();
    const auto runs = defect ? each : part(row, weights(rows), good);
    const auto counts = measure(row, runs);
    out.push_back(told(row, counts));
    if (!defect) pooled.add(counts);
    within = within && (!defect || static_cast<double>(counts.runs - counts.failed) <=
                                       row.may_miss * static_cast<double>(counts.runs));
  }
  const double bound = upper(pooled.failed, pooled.runs);
  fmt::print("  {:<13} {:<34} {:>8} {:>7} {:>7} {:>9.1e}\n", rows.front().check,
             "all correct ingresses", pooled.runs, pooled.failed, pooled.open, bound);
  // As many as tell 1 in 1,000 from twice as many.
  within = tail(rows, std::min<std::uint64_t>(good, 30'000), out) && within;
  return within && bound <= run_alpha;
}

}  // namespace
}  // namespace ingress_check::calibration

int main(int count, char** words) {
  using namespace ingress_check::calibration;
  if (count < 4)
    give_up("usage: calibrate RUNS-ON-CORRECT-INGRESSES RUNS-OF-EACH-DEFECT FILE.json [CHECK...]");
  const std::vector<std::string> wanted(words + 4, words + count);
  const auto good = std::strtoull(words[1], nullptr, 10),
             each = std::strtoull(words[2], nullptr, 10);
  fmt::print("  {:<13} {:<34} {:>8} {:>7} {:>7} {:>9} {:>8}\n", "check", "ingress", "runs", "wrong",
             "open", "upper 95", "requests");
  nlohmann::json rows = nlohmann::json::array();
  bool within = true;
  for (const auto& of_check : {distribution_rows(), stickiness_rows(), rate_limit_rows(),
                               canary_rows(), availability_rows()})
    if (wanted.empty() || std::ranges::find(wanted, of_check.front().check) != wanted.end())
      within = calibrate(of_check, good, each, rows) && within;
  std::ofstream(words[3])
      << nlohmann::json{{"schema", "ingress-check/calibration/1"}, {"rows", rows}}.dump(1) << "\n";
  fmt::print("{}\n", within ? "calibrate: within all bars" : "calibrate: a bar is missed");
  return within ? 0 : 1;
}
