#include "reports/stored_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "reports/comparing.h"
#include "reports/standing.h"

namespace ingress_check {
namespace {

std::vector<std::string> targets_of(const Report& report) {
  std::vector<std::string> names;
  for (const auto& scenario : report.scenarios)
    for (const auto& target : scenario.targets)
      if (std::ranges::find(names, target.name) == names.end()) names.push_back(target.name);
  return names;
}

/// Gives a target of a result another name.
void rename(Report& report, const std::string& from, const std::string& to) {
  for (auto& scenario : report.scenarios) {
    for (auto& target : scenario.targets)
      if (target.name == from) target.name = to;
    for (auto& check : scenario.checks)
      if (check.target == from) check.target = to;
  }
}

Column column_of(const StoredResult& result, const std::string& target, std::size_t offset) {
  Column column;
  column.interrupted = result.report.interrupted.has_value();
  column.side.label = target;
  column.side.result = result.name;
  column.side.version = result.report.version;
  column.side.run_id = result.report.run_id;
  column.side.started = result.report.started;
  const auto names = distinct_names(result.report);
  for (std::size_t i = 0; i < names.size(); ++i)
    for (const auto& one : result.report.scenarios[i].targets)
      if (one.name == target) {
        column.side.controller = one.controller;
        column.places.push_back({names[i], offset + i, target});
      }
  return column;
}

Result<void> can_compare(const std::vector<StoredResult>& results) {
  if (results.size() < 2)
    return tl::unexpected(
        Error{results.empty() ? "no result was named" : "one result is not enough",
              "write `ingress-check compare old.json new.json`"});
  for (const auto& one : results)
    if (one.report.comparison && one.report.comparison->of_results)
      return tl::unexpected(
          Error{one.name + " is a comparison already", "name the results that it was made of"});
  return {};
}

/// Sets targets of the same name beside each other.
class Matching {
 public:
  explicit Matching(std::vector<StoredResult>& results) : results_(results) {
    std::vector<std::string> files;
    for (const auto& one : results_) files.push_back(one.name);
    labels_ = labels_of(files);
    alone_ = std::ranges::all_of(
        results_, [](const auto& one) { return targets_of(one.report).size() == 1; });
    std::size_t offset = 0;
    for (std::size_t i = 0; i < results_.size(); ++i) {
      add(i, offset);
      offset += results_[i].report.scenarios.size();
    }
  }

  std::vector<Column> columns;
  std::vector<Refusal> refused;  ///< targets that nothing can be set beside

 private:
  void add(std::size_t number, std::size_t offset) {
    Report& report = results_[number].report;
    const auto names = targets_of(report);
    for (const auto& name : names) {
      const std::string key = alone_ ? "" : name;
      if (number > 0 && !baselines_.contains(key)) {
        refused.push_back({fmt::format("target {} of {}", name, labels_[number]),
                           labels_[0] + " has no target of that name"});
        continue;
      }
      const std::string label = alone_ ? labels_[number] : name + " of " + labels_[number];
      rename(report, name, label);
      Column column = column_of(results_[number], label, offset);
      if (number > 0) column.side.against = baselines_[key];
      if (number == 0) baselines_[key] = columns.size();
      columns.push_back(std::move(column));
    }
    for (const auto& [name, column] : baselines_)
      if (!alone_ && std::ranges::find(names, name) == names.end())
        refused.push_back({columns[column].side.label, labels_[number] + " has no such target"});
  }

  std::vector<StoredResult>& results_;
  std::vector<std::string> labels_;
  bool alone_ = false;  ///< each result has one target
  std::map<std::string, std::size_t> baselines_;
};

}  // namespace

Result<Report> compare_results(std::vector<StoredResult> results) {
  if (auto good = can_compare(results); !good) return tl::unexpected(good.error());
  Matching matching(results);
  if (std::ranges::none_of(matching.columns,
                           [](const Column& one) { return one.side.against.has_value(); }))
    return tl::unexpected(Error{"the results have no target of the same name",
                                "name results of the same targets, or of one target each"});
  Report whole;
  whole.seed = results.front().report.seed;
  for (auto& one : results)
    for (auto& scenario : one.report.scenarios) whole.scenarios.push_back(std::move(scenario));
  Comparison comparison = compare_columns(whole, std::move(matching.columns));
  comparison.of_results = true;
  comparison.refused.insert(comparison.refused.begin(), matching.refused.begin(),
                            matching.refused.end());
  whole.comparison = std::move(comparison);
  return whole;
}

}  // namespace ingress_check
