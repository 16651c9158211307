// GitHub-flavoured Markdown for a pull request or a step's summary: short, the worst first, and
// never longer than GitHub takes (a comment has at most 65,536 characters): what matters least is
// left out, and that is said.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "reports/human/markdown/section.h"
#include "reports/load_lines.h"
#include "reports/phases.h"
#include "reports/standing.h"

namespace ingress_check::formats {
namespace {

using namespace markdown_text;

constexpr std::size_t most_bytes = 64'000;  // characters take at least a byte each
constexpr std::size_t most_findings = 10;   // a check

std::string word(Standing standing) {
  const bool bad = standing == Standing::fail || standing == Standing::unexpected_pass;
  const bool fine = standing == Standing::pass || standing == Standing::expected_fail;
  const bool open = standing == Standing::inconclusive || standing == Standing::not_judged;
  if (bad) return "❌ **" + in_words(standing) + "**";
  return (fine ? "✅ " : open ? "❔ " : "➖ ") + in_words(standing);
}

std::string table_row(const CheckReport& check) {
  return fmt::format("| {} | {} | {} |\n", word(standing(check)), cell(code(title(check))),
                     cell(prose(said(check))));
}

std::string table_head(const char* first, const char* second, const char* third) {
  return fmt::format("| {} | {} | {} |\n|---|---|---|\n", first, second, third);
}

std::string line(const char* name, const std::string& text) {
  return text.empty() ? "" : fmt::format("- {}: {}\n", name, text);
}

std::string details(const CheckReport& check) {
  std::string out = fmt::format("\n### {} {}\n\n{}\n\n", word(standing(check)), code(title(check)),
                                prose(said(check)));
  const auto& findings = check.verdict.findings;
  for (std::size_t i = 0; i < findings.size() && i < most_findings; ++i) {
    const Finding& finding = findings[i];
    if (finding.place.known())
      out += line("place", code(fmt::format("{}:{}", finding.place.file, finding.place.line)));
    out += line("asked", code(finding.subject)) + line("expected", code(finding.expected));
    out += line("actual", code(finding.actual));
    if (i < check.reproduce.size()) out += line("try", code(check.reproduce[i], 1000));
    out += "\n";
  }
  if (findings.size() > most_findings)
    out += fmt::format("and {} more findings\n\n", findings.size() - most_findings);
  for (const auto& one : check.verdict.diagnoses) {
    out += line("cause", fmt::format("{} ({})", prose(one.text), code(one.cause, 60)));
    out += line("mend", prose(one.fix)) + line("see", prose(one.source));
    out += line("to tell", prose(one.separates));
  }
  for (const auto& text : check.verdict.not_shown) out += line("not shown", prose(text));
  return out;
}

bool of_results(const Report& report) { return report.comparison && report.comparison->of_results; }

Section heading(const Report& report) {
  const char* sign = report.exit_status == 0 ? "✅" : report.exit_status == 4 ? "❔" : "❌";
  std::string out = fmt::format("## {} ingress-check: {}\n\n", sign,
                                of_results(report) ? "comparison" : in_words(tally(report)));
  const auto started = std::chrono::system_clock::to_time_t(report.started);
  out += fmt::format("{:%Y-%m-%d %H:%M} UTC, {}, exit status {}, version {}, run {}\n",
                     fmt::gmtime(started), to_string(report.took), report.exit_status,
                     code(report.version, 40), code(report.run_id, 40));
  if (report.interrupted) out += "\n**Interrupted**: what was measured until then is below.\n";
  return {0, nullptr, out};
}

Section targets(const Report& report) {
  Section section{1, "targets", "\n"};
  const auto names = distinct_names(report);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const ScenarioReport& scenario = report.scenarios[i];
    if (scenario.error)
      section.items.push_back(fmt::format("- ❌ {}: {} ({})\n", code(names[i]),
                                          prose(scenario.error->what),
                                          prose(scenario.error->hint)));
    for (const auto& target : scenario.targets) {
      std::string text =
          fmt::format("- {}: {} at {}", code(names[i]), code(target.url), code(target.address));
      if (target.error)
        text += fmt::format(" ❌ {} ({})", prose(target.error->what), prose(target.error->hint));
      else if (!target.controller.empty())
        text += fmt::format(", {} {}", target.controller_guessed ? "looks like" : "taken for",
                            code(target.controller, 60));
      section.items.push_back(text + "\n");
    }
  }
  return section;
}

bool good(const CheckReport& check) { return check.counts_as_pass(); }

Section checks(const Report& report, bool passed) {
  Section section = passed ? Section{4, "checks that passed",
                                     "\n<details><summary>What passed"
                                     "</summary>\n\n"}
                           : Section{2, "checks that did not pass", "\n"};
  section.head += table_head("", "check", "what");
  if (passed) section.tail = "\n</details>\n";
  std::vector<const CheckReport*> all;
  for (const auto& scenario : report.scenarios)
    for (const auto& check : scenario.checks)
      if (good(check) == passed) all.push_back(&check);
  std::ranges::stable_sort(all, {}, [&](const auto* check) { return rank(*check, report.policy); });
  for (const auto* check : all) section.items.push_back(table_row(*check));
  return section;
}

Section findings(const Report& report, bool failures) {
  Section section{failures ? 2 : 3, failures ? "failures in full" : "open questions in full", ""};
  for (const auto& scenario : report.scenarios)
    for (const auto& check : scenario.checks)
      if (!good(check) && !check.skipped && !check.never_begun() &&
          fails(check, report.policy) == failures)
        section.items.push_back(details(check));
  return section;
}

Section latencies(const Report& report) {
  Section section{3, "phases of load",
                  "\n| load | rate | answered | p50 | p99 | p99.9 | max | failed | 5xx |\n"
                  "|---|--:|--:|--:|--:|--:|--:|--:|--:|\n"};
  for (const auto& phase : load_phases(report)) {
    const LoadReply& reply = phase.load->reply;
    const auto time = [&](double percent) {
      return brief_time(static_cast<double>(reply.response.percentile(percent)));
    };
    const bool any = reply.response.total() > 0;
    section.items.push_back(fmt::format(
        "| {}{} | {} | {} | {} | {} | {} | {} | {} | {} |\n", cell(code(name(phase))),
        reply.generator.faithful() ? "" : " (doubtful: the generator was the limit)",
        brief_rate(reply.open_loop ? reply.offered : reply.achieved),
        grouped(reply.counts.answered()), any ? time(50) : "-", any ? time(99) : "-",
        any ? time(99.9) : "-", any ? brief_time(static_cast<double>(reply.response.max())) : "-",
        grouped(reply.counts.failed()), grouped(reply.counts.server_errors())));
  }
  return section;
}

/// Takes items away, the least important section's last first, until the page fits.
std::string fitted(std::vector<Section> sections) {
  std::size_t size = 300;  // of the sentence that says so
  for (const auto& section : sections) size += section.size();
  std::vector<std::size_t> left_out(sections.size());
  while (size > most_bytes) {
    std::size_t least = sections.size();
    for (std::size_t i = 0; i < sections.size(); ++i)
      if (sections[i].noun && !sections[i].items.empty() &&
          (least == sections.size() || sections[i].importance >= sections[least].importance))
        least = i;
    if (least == sections.size()) break;
    Section& section = sections[least];
    size -= section.items.back().size();
    section.items.pop_back();
    if (section.items.empty()) size -= section.head.size() + section.tail.size();
    ++left_out[least];
  }
  std::string out;
  std::vector<std::string> said;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const Section& section = sections[i];
    if (left_out[i] > 0) said.push_back(fmt::format("{} {}", left_out[i], section.noun));
    if (section.size() == 0) continue;
    out += section.head;
    for (const auto& item : section.items) out += item;
    out += section.tail;
  }
  if (!said.empty())
    out += fmt::format(
        "\n**Left out, for GitHub takes no longer text:** {}. The other reports have all.\n",
        fmt::join(said, ", "));
  return out;
}

std::string render(const Report& report, const RenderOptions&) {
  std::vector<Section> page{heading(report)};
  if (report.comparison)
    for (auto make : {compared_behaviour, compared_speed, left_open})
      page.push_back(make(*report.comparison));
  page.push_back(targets(report));
  // Stored results have told their own checks when they were made.
  if (!of_results(report))
    for (auto& one : {checks(report, false), findings(report, true), findings(report, false),
                      latencies(report), checks(report, true)})
      page.push_back(one);
  return fitted(std::move(page));
}

}  // namespace

extern const Format markdown{"markdown", "for pull requests and GitHub's step summary", render};

}  // namespace ingress_check::formats
