// Everything that any format may print. A format computes nothing.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checks/examine.h"
#include "checks/verdict.h"
#include "reports/comparison.h"
#include "scenarios/error.h"
#include "scenarios/scenario.h"

namespace ingress_check {

struct TargetReport {
  std::string name;
  std::string url;
  std::string address;     ///< as connected to, "DNS" if nothing was given
  std::string controller;  ///< profile's name; empty: nobody asked
  bool controller_guessed = false;
  std::vector<std::string> because;  ///< of a guess
  std::optional<Error> error = {};   ///< not there, or not ready: none of its checks is judged
};

struct CheckReport {
  std::string scenario;
  std::string check;   ///< "routing"
  std::string name;    ///< `name:` of the scenario, or the check's own
  std::string target;  ///< TargetReport::name
  std::vector<std::pair<std::string, std::string>> cell;  ///< matrix
  Place place;
  Verdict verdict;
  bool judged = true;
  std::optional<std::string> expected_to_fail;  ///< why
  bool skipped = false;  ///< `only` names other controllers; `skip_reason` says so
  std::string skip_reason;
  std::uint64_t sent = 0;
  Duration took{};
  std::vector<std::string> phases;
  std::vector<LoadPhase> loads;
  /// For each finding of the verdict, a curl line; empty where none can be given. Same order and
  /// length as findings.
  std::vector<std::string> reproduce;

  /// After `expect-fail`: a failure that was expected is fine, a pass that was not is a failure.
  bool counts_as_failure() const;
  bool counts_as_pass() const;
  /// Nothing was sent for it: its target was absent, or the run was over before its turn.
  bool never_begun() const { return !judged && !skipped && phases.empty(); }
};

struct ScenarioReport {
  std::string file;
  std::string source;  ///< the file's text
  /// SHA-256 of the file, hex; empty where there is no file, or where it holds secrets that a
  /// report must not help to guess.
  std::string sha256;
  std::string name;
  std::string about;
  std::vector<TargetReport> targets;
  std::vector<CheckReport> checks;
  std::optional<Error> error;  ///< the run of this scenario could not be done
};

/// How --inconclusive, --unsupported and --fail-on count.
struct ExitPolicy {
  bool inconclusive_fails = false;
  bool unsupported_fails = false;
  FailOn fail_on = {};
};

struct Report {
  std::string version;  ///< of the program
  std::string run_id;
  std::chrono::system_clock::time_point started;
  Duration took{};
  std::uint64_t seed = 0;
  std::string command_line;  ///< secrets replaced
  std::vector<ScenarioReport> scenarios;
  std::optional<Comparison> comparison;                      ///< of several targets or results
  std::optional<int> interrupted;                            ///< the signal
  std::vector<std::pair<std::string, std::string>> written;  ///< format and path of other reports
  ExitPolicy policy;
  int exit_status = 0;
};

/// 130/143 interrupted, else of 3, 1, 4, 0 the first that applies; scenarios/README.md has the
/// table. Of stored results that are compared only the comparison counts: they were judged when
/// they ran.
int exit_status(const Report& report, const ExitPolicy& policy);

struct Tally {
  int passed = 0, failed = 0, inconclusive = 0, not_supported = 0, expected_failures = 0,
      skipped = 0, not_judged = 0;
};
Tally tally(const Report& report);

/// Replaces secrets in every string (redact.h): values of credential headers (names are kept), and
/// every value of `secrets` in all its spellings. Before any format sees the report.
Report redact(Report report, const std::vector<Secret>& secrets);

}  // namespace ingress_check
