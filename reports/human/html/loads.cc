#include <fmt/format.h>

#include <algorithm>

#include "reports/human/html/parts.h"
#include "reports/load_charts.h"
#include "reports/load_lines.h"

namespace ingress_check::html {
namespace {

constexpr std::size_t few_phases = 2;  ///< so many are shown in full, more on demand

template <class Drawing>
Data figure(const Drawing& drawing, const std::string& of) {
  const std::string caption = of.empty() ? drawing.title : drawing.title + ", " + of;
  return object({{"caption", text(caption)}, {"svg", Data{svg(drawing)}}});
}

std::string time_at(const Histogram& histogram, double percent) {
  // A percentile that so few values do not show is left open.
  const double above = static_cast<double>(histogram.total()) * (100 - percent) / 100;
  if (above < 0.999) return "-";
  return brief_time(static_cast<double>(histogram.percentile(percent)));
}

Data row(const LoadPhase& phase) {
  const LoadReply& reply = phase.reply;
  const Histogram& response = reply.response;
  return object(
      {{"name", text(phase.name)},
       {"offered", text(reply.open_loop ? brief_rate(reply.offered) : "closed loop")},
       {"answered", text(brief_rate(reply.achieved))},
       {"p50", text(time_at(response, 50))},
       {"p90", text(time_at(response, 90))},
       {"p99", text(time_at(response, 99))},
       {"p999", text(time_at(response, 99.9))},
       {"max", text(response.total() > 0 ? brief_time(static_cast<double>(response.max())) : "-")},
       {"delay", text(time_at(reply.send_delay, 99))},
       {"failed", text(grouped(reply.counts.failed()))},
       {"errors", text(grouped(reply.counts.server_errors()))}});
}

Data one(const Report& report, const CheckReport& check) {
  const auto& loads = check.loads;
  Data rows{Data::type::list}, charts{Data::type::list}, by_phase{Data::type::list};
  std::vector<std::string> doubts;
  const bool many = loads.size() > few_phases;
  if (has_rates(loads)) charts << figure(rate_chart(loads), "");
  if (loads.size() > 1) charts << figure(phases_chart(loads), "");
  charts << figure(timeline_chart(loads), "");
  for (const auto& phase : loads) {
    rows << row(phase);
    for (const auto& why : phase.reply.generator.why) doubts.push_back(phase.name + ": " + why);
    if (!phase.reply.breaker.empty()) doubts.push_back(phase.name + ": " + phase.reply.breaker);
    Data& where = many ? by_phase : charts;
    const std::string of = loads.size() > 1 ? phase.name : "";
    if (phase.reply.response.total() > 0) where << figure(percentile_chart(phase), of);
    if (names_pods(phase.reply)) where << figure(pods_chart(phase.reply), of);
  }
  const std::string id = anchor(report, check);
  return object({{"id", Data{id.starts_with("load") ? id : "load-of-" + id}},
                 {"title", text(title(check))},
                 {"phases", rows},
                 {"doubts", texts(doubts)},
                 {"charts", charts},
                 {"many", Data{many}},
                 {"phase_charts", by_phase}});
}

}  // namespace

void add_loads(const Report& report, Data& page) {
  Data list{Data::type::list};
  for (const auto* check : all_checks(report))
    if (!check->loads.empty()) list << one(report, *check);
  page.set("any_loads", Data{!list.is_empty_list()});
  page.set("loads", list);
}

}  // namespace ingress_check::html
