#include "reports/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "reports/standing.h"

namespace ingress_check {

std::vector<Column> columns_of(const Report& report) {
  std::vector<Column> columns;
  const auto find = [&](const std::string& name) {
    return std::ranges::find_if(columns, [&](const Column& one) { return one.side.label == name; });
  };
  const auto names = distinct_names(report);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto& targets = report.scenarios[i].targets;
    if (targets.size() < 2) continue;
    for (const auto& target : targets) {
      auto column = find(target.name);
      if (column == columns.end()) {
        Column fresh;
        fresh.side.label = target.name;
        fresh.side.controller = target.controller;
        if (&target != &targets.front())
          fresh.side.against =
              static_cast<std::size_t>(find(targets.front().name) - columns.begin());
        column = columns.insert(columns.end(), std::move(fresh));
      }
      column->places.push_back({names[i], i, target.name});
    }
  }
  return columns;
}

std::vector<std::string> labels_of(const std::vector<std::string>& files) {
  std::vector<std::string> labels;
  std::map<std::string, int> stems;
  const auto stem = [](const std::string& file) {
    std::string name = file.substr(file.find_last_of('/') + 1);
    if (name.size() > 5 && name.ends_with(".json")) name.resize(name.size() - 5);
    return name.empty() ? file : name;
  };
  for (const auto& file : files) ++stems[stem(file)];
  std::set<std::string> taken;
  for (const auto& file : files) {
    const std::string name = stems[stem(file)] == 1 ? stem(file) : file;
    std::string label = name;
    for (int i = 2; !taken.insert(label).second; ++i) label = fmt::format("{} ({})", name, i);
    labels.push_back(std::move(label));
  }
  return labels;
}

}  // namespace ingress_check
