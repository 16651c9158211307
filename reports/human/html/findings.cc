#include <fmt/format.h>

#include <algorithm>

#include "reports/format.h"
#include "reports/human/html/parts.h"

namespace ingress_check::html {
namespace {

constexpr std::size_t most_findings = 50;  ///< a check; the JSON report has all

/// The answer as it came, with the TLS facts: for the eye, not for a parser.
std::string in_full(const Exchange& exchange) {
  std::string out = fmt::format("from {}: {}", exchange.address, to_string(exchange.outcome));
  if (!exchange.detail.empty()) out += " (" + exchange.detail + ")";
  out += '\n';
  if (exchange.tls) {
    out += fmt::format("TLS {}, {}", to_string(exchange.tls->version), exchange.tls->cipher);
    if (!exchange.tls->chain.empty()) out += ", " + exchange.tls->chain.front().subject;
    out += '\n';
  }
  if (exchange.status == 0) return out;
  out += fmt::format("\nHTTP {} {}\n", to_string(exchange.version), exchange.status);
  for (const auto& [name, value] : exchange.headers.fields) out += name + ": " + value + "\n";
  return out + "\n" + exchange.body;
}

Data one(const Finding& finding, const std::string& reproduce, const ScenarioReport& scenario) {
  std::string where, cut;
  if (finding.place.known()) {
    where = fmt::format("{}:{}:{}", finding.place.file, finding.place.line, finding.place.column);
    cut = excerpt(finding.place, scenario.source);
  }
  return object({{"subject", text(finding.subject)},
                 {"where", text(where)},
                 {"excerpt", lines(cut)},
                 {"expected", text(finding.expected, 1000)},
                 {"actual", text(finding.actual, 1000)},
                 {"reproduce", text(reproduce, 4000)},
                 {"example", lines(finding.exchange ? in_full(*finding.exchange) : "", 1000)}});
}

Data diagnoses(const Verdict& verdict) {
  Data list{Data::type::list};
  for (const auto& diagnosis : verdict.diagnoses)
    list << object({{"cause", text(diagnosis.cause)},
                    {"text", text(diagnosis.text, 1000)},
                    {"mend", text(diagnosis.fix, 1000)},
                    {"source", text(diagnosis.source)},
                    {"separates", text(diagnosis.separates, 1000)}});
  return list;
}

Data article(const Report& report, const ScenarioReport& scenario, const CheckReport& check) {
  const auto& findings = check.verdict.findings;
  Data broken{Data::type::list};
  for (std::size_t i = 0; i < findings.size() && i < most_findings; ++i)
    broken << one(findings[i], i < check.reproduce.size() ? check.reproduce[i] : "", scenario);
  const std::string more =
      findings.size() > most_findings
          ? fmt::format("and {} more; the JSON report has all", findings.size() - most_findings)
          : "";
  const std::string place =
      check.place.known() ? fmt::format("{}:{}", check.place.file, check.place.line) : "";
  return object({{"id", Data{anchor(report, check)}},
                 {"class", text(color(check, report.policy))},
                 {"word", text(in_words(standing(check)))},
                 {"title", text(title(check))},
                 {"place", text(place)},
                 {"said", text(said(check))},
                 {"diagnoses", diagnoses(check.verdict)},
                 {"broken", broken},
                 {"more", text(more)}});
}

}  // namespace

void add_findings(const Report& report, Data& page) {
  std::vector<std::pair<const ScenarioReport*, const CheckReport*>> all;
  for (const auto& scenario : report.scenarios)
    for (const auto& check : scenario.checks)
      if (is_finding(check)) all.emplace_back(&scenario, &check);
  std::ranges::stable_sort(all, {},
                           [&](const auto& pair) { return rank(*pair.second, report.policy); });
  Data list{Data::type::list};
  for (const auto& [scenario, check] : all) list << article(report, *scenario, *check);
  page.set("any_findings", Data{!all.empty()});
  page.set("findings", list);
}

void add_proofs(const Report& report, Data& page) {
  Data list{Data::type::list};
  for (const auto* check : all_checks(report)) {
    if (!check->counts_as_pass()) continue;
    std::vector<std::string> told = check->verdict.shown;
    for (const auto& note : check->verdict.notes) told.push_back("note: " + note);
    for (const auto& [name, value] : check->verdict.traits)
      told.push_back(fmt::format("observed {}: {}", name, value));
    if (told.empty()) continue;
    const std::string id = anchor(report, *check);
    list << object({{"id", Data{id.starts_with("proof") ? id : "proof-of-" + id}},
                    {"word", text(in_words(standing(*check)))},
                    {"title", text(title(*check))},
                    {"lines", texts(told)}});
  }
  page.set("any_proved", Data{!list.is_empty_list()});
  page.set("proved", list);
}

}  // namespace ingress_check::html
