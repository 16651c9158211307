#include "reports/human/html/parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/format.h"

namespace ingress_check::html {

Data page_of(const Report& report) {
  Data page{Data::type::object};
  add_comparison(report, page);
  add_front(report, page);
  add_findings(report, page);
  add_loads(report, page);
  add_proofs(report, page);
  return page;
}

Data object(std::vector<std::pair<const char*, Data>> members) {
  Data all{Data::type::object};
  for (auto& [name, value] : members) all.set(name, std::move(value));
  return all;
}

Data text(std::string_view untrusted, std::size_t most) {
  if (untrusted.empty()) return Data{false};
  return Data{printable(untrusted, most)};
}

Data lines(std::string_view untrusted, std::size_t most_of_a_line) {
  if (untrusted.empty()) return Data{false};
  return Data{printable_lines(untrusted, most_of_a_line)};
}

Data texts(const std::vector<std::string>& all) {
  Data list{Data::type::list};
  for (const auto& one : all) list << object({{"text", text(one)}});
  return list;
}

const char* color(const CheckReport& check, const ExitPolicy& policy) {
  if (fails(check, policy)) return "bad";
  return check.counts_as_pass() ? "good" : "open";
}

std::vector<const CheckReport*> all_checks(const Report& report) {
  std::vector<const CheckReport*> all;
  for (const auto& scenario : report.scenarios)
    for (const auto& check : scenario.checks) all.push_back(&check);
  return all;
}

bool is_finding(const CheckReport& check) {
  return !check.skipped && !check.counts_as_pass() && !check.never_begun();
}

std::string anchor(const Report& report, const CheckReport& check) {
  const auto all = all_checks(report);
  const auto number = std::ranges::find(all, &check) - all.begin() + 1;
  if (is_finding(check)) return fmt::format("finding-{}", number);
  if (!check.loads.empty()) return fmt::format("load-{}", number);
  const Verdict& verdict = check.verdict;
  const bool told = !verdict.shown.empty() || !verdict.notes.empty() || !verdict.traits.empty();
  return check.counts_as_pass() && told ? fmt::format("proof-{}", number) : "";
}

}  // namespace ingress_check::html
