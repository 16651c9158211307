// OpenMetrics text: for Prometheus (textfile collector, push gateway) and GitLab's metrics report.
// Base units (seconds, bytes), no timestamps, few digits: GitLab compares values as text.
#include <fmt/format.h>

#include <cmath>
#include <functional>

#include "reports/phases.h"
#include "reports/standing.h"

namespace ingress_check::formats {
namespace {

using Labels = std::vector<std::pair<std::string, std::string>>;

/// A label's value: printable() leaves no line break; quotes and backslashes are escaped.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : printable(text, 200)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string sample(const std::string& name, const Labels& labels, double value) {
  std::string out = name;
  for (std::size_t i = 0; i < labels.size(); ++i)
    out +=
        fmt::format("{}{}=\"{}\"", i == 0 ? "{" : ",", labels[i].first, escaped(labels[i].second));
  if (!labels.empty()) out += '}';
  return out + fmt::format(" {:.6g}\n", value);
}

std::string head(const std::string& name, const char* type, const char* unit, const char* help) {
  std::string out = fmt::format("# TYPE {} {}\n", name, type);
  if (*unit) out += fmt::format("# UNIT {} {}\n", name, unit);
  return out + fmt::format("# HELP {} {}\n", name, help);
}

Labels labels_of(const std::string& scenario, const CheckReport& check) {
  Labels labels{{"scenario", scenario}, {"check", check.name}, {"target", check.target}};
  std::string cell;
  for (const auto& [key, value] : check.cell)
    cell += fmt::format("{}{}={}", cell.empty() ? "" : " ", key, value);
  if (!cell.empty()) labels.emplace_back("matrix", cell);
  return labels;
}

/// One gauge of the whole run.
std::string of_run(const std::string& name, const char* unit, const char* help, double value) {
  return head(name, "gauge", unit, help) + sample(name, {}, value);
}

std::string run_metrics(const Report& report) {
  const double started =
      std::chrono::duration<double>(
          std::chrono::floor<std::chrono::seconds>(report.started).time_since_epoch())
          .count();
  std::string out = head("ingress_check_start_time_seconds", "gauge", "seconds",
                         "When the run began, since the epoch.");
  out += fmt::format("ingress_check_start_time_seconds {:.0f}\n", started);
  out += of_run("ingress_check_duration_seconds", "seconds", "How long the run took.",
                std::chrono::duration<double>(report.took).count());
  return out + of_run("ingress_check_exit_status", "", "0: all is well.", report.exit_status);
}

/// Labels and check.
using Visit = std::function<void(const Labels&, const CheckReport&)>;
void each_check(const Report& report, const Visit& visit) {
  const auto names = distinct_names(report);
  for (std::size_t i = 0; i < names.size(); ++i)
    for (const auto& check : report.scenarios[i].checks) visit(labels_of(names[i], check), check);
}

Labels with(Labels labels, const char* name, std::string value) {
  labels.emplace_back(name, std::move(value));
  return labels;
}

/// One sample for every standing there is: exactly one of a check's is 1.
std::string standings(const Report& report) {
  std::string out = head("ingress_check_check", "gauge", "", "1 at the standing that it has.");
  each_check(report, [&](const Labels& labels, const CheckReport& check) {
    for (int i = 0; i <= static_cast<int>(Standing::not_judged); ++i) {
      const auto one = static_cast<Standing>(i);
      out += sample("ingress_check_check", with(labels, "standing", to_string(one)),
                    standing(check) == one);
    }
  });
  return out;
}

std::string figures(const Report& report) {
  std::string out =
      head("ingress_check_figure", "gauge", "", "What a check measured; the figure has its unit.");
  each_check(report, [&](const Labels& labels, const CheckReport& check) {
    for (const auto& [name, value] : check.verdict.figures)
      if (std::isfinite(value))
        out += sample("ingress_check_figure", with(labels, "figure", name), value);
  });
  return out;
}

Labels labels_of(const PhaseOf& phase) {
  return with(labels_of(phase.scenario, *phase.check), "phase", phase.load->name);
}

std::string distribution(const std::vector<PhaseOf>& phases, const std::string& name,
                         const char* help, Histogram LoadReply::*which) {
  std::string out = head(name, "summary", "seconds", help);
  for (const auto& phase : phases) {
    const Histogram& histogram = phase.load->reply.*which;
    if (histogram.total() == 0) continue;
    for (const double quantile : {0.5, 0.9, 0.95, 0.99, 0.999, 0.9999})
      out += sample(name, with(labels_of(phase), "quantile", fmt::format("{}", quantile)),
                    static_cast<double>(histogram.percentile(100 * quantile)) / 1e9);
    const auto total = static_cast<double>(histogram.total());
    out += sample(name + "_count", labels_of(phase), total);
    out += sample(name + "_sum", labels_of(phase), histogram.mean() * total / 1e9);
  }
  return out;
}

std::string requests(const std::vector<PhaseOf>& phases) {
  std::string out = head("ingress_check_requests", "gauge", "",
                         "Requests of a phase by what became of them; they add up to those due.");
  for (const auto& phase : phases) {
    const LoadCounts& counts = phase.load->reply.counts;
    const auto add = [&](const std::string& outcome, std::uint64_t count) {
      out += sample("ingress_check_requests", with(labels_of(phase), "outcome", outcome),
                    static_cast<double>(count));
    };
    for (std::size_t i = 0; i < outcome_count; ++i)
      if (i == 0 || counts.outcomes[i] > 0)
        add(to_string(static_cast<Outcome>(i)), counts.outcomes[i]);
    add("dropped", counts.dropped);
    add("unfinished", counts.unfinished);
  }
  return out;
}

std::string gauges(const std::vector<PhaseOf>& phases, const std::string& name, const char* help,
                   const std::function<double(const LoadReply&)>& value) {
  std::string out = head(name, "gauge", "", help);
  for (const auto& phase : phases) out += sample(name, labels_of(phase), value(phase.load->reply));
  return out;
}

std::string load_metrics(const std::vector<PhaseOf>& phases) {
  std::string out = requests(phases);
  out += gauges(phases, "ingress_check_offered_per_second", "Requests due a second.",
                [](const LoadReply& reply) { return reply.offered; });
  out += gauges(phases, "ingress_check_achieved_per_second", "Whole answers a second.",
                [](const LoadReply& reply) { return reply.achieved; });
  out += gauges(phases, "ingress_check_server_errors", "Answers with a 5xx.",
                [](const LoadReply& r) { return static_cast<double>(r.counts.server_errors()); });
  out += gauges(phases, "ingress_check_generator_faithful",
                "0: time and rate of this phase are not to be trusted.",
                [](const LoadReply& reply) { return reply.generator.faithful() ? 1.0 : 0.0; });
  out += distribution(phases, "ingress_check_response_seconds",
                      "From when a request was due to its last byte.", &LoadReply::response);
  out += distribution(phases, "ingress_check_service_seconds",
                      "From when a request was sent to its last byte.", &LoadReply::service);
  return out + distribution(phases, "ingress_check_send_delay_seconds",
                            "From when a request was due until it was sent.",
                            &LoadReply::send_delay);
}

std::string render(const Report& report, const RenderOptions&) {
  std::string out = run_metrics(report) + standings(report) + figures(report);
  if (const auto phases = load_phases(report); !phases.empty()) out += load_metrics(phases);
  return out + "# EOF\n";
}

}  // namespace

extern const Format openmetrics{"openmetrics", "for Prometheus and GitLab's metrics report",
                                render};

}  // namespace ingress_check::formats
