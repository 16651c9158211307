#include "reports/load_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "reports/load_lines.h"

namespace ingress_check {
namespace {

constexpr std::size_t most_curves = 6, most_bars = 20;
constexpr double steps_a_decade = 30;
constexpr double gap = std::numeric_limits<double>::quiet_NaN();

std::string time_text(double nanoseconds) {
  const std::string text = brief_time(nanoseconds);
  // "1.00ms" beside an axis is "1ms".
  const auto unit = text.find_first_not_of("0123456789.");
  if (text.find('.') == text.npos || unit == text.npos) return text;
  std::string digits = text.substr(0, unit);
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.ends_with('.')) digits.pop_back();
  return digits + text.substr(unit);
}

std::string seconds_text(double value) { return fmt::format("{:g}s", value); }
std::string rate_text(double value) { return brief_rate(value); }

Axis time_axis(const char* title) {
  return {.title = title, .logarithmic = true, .text = time_text};
}

Axis percentile_axis(std::uint64_t most) {
  Axis axis{.title = "percentile", .logarithmic = true, .text = nullptr};
  axis.ticks = {{1, "0%"},       {2, "50%"},         {10, "90%"},          {100, "99%"},
                {1000, "99.9%"}, {10'000, "99.99%"}, {100'000, "99.999%"}, {1e6, "99.9999%"}};
  axis.from = 1;
  axis.to = std::max(10.0, static_cast<double>(most));
  return axis;
}

Series curve(std::string name, const Histogram& histogram) {
  Series series{std::move(name), {}};
  const auto total = static_cast<double>(histogram.total());
  if (total == 0) return series;
  const double last = std::log10(total) * steps_a_decade;
  for (double step = 0; step < last; ++step) {
    const double x = std::pow(10, step / steps_a_decade);
    series.points.push_back({x, static_cast<double>(histogram.percentile(100 * (1 - 1 / x)))});
  }
  series.points.push_back({total, static_cast<double>(histogram.max())});
  return series;
}

std::string at(const Histogram& histogram, double percent) {
  return brief_time(static_cast<double>(histogram.percentile(percent)));
}

std::string in_words(const char* what, const Histogram& histogram) {
  if (histogram.total() == 0) return {};
  return fmt::format("{}: p50 {}, p99 {}, slowest {}. ", what, at(histogram, 50), at(histogram, 99),
                     brief_time(static_cast<double>(histogram.max())));
}

/// The slices of all phases as lines over one time axis.
class Timeline {
 public:
  void add(const LoadPhase& phase, double from) {
    const LoadReply& reply = phase.reply;
    const double slice = std::chrono::duration<double>(reply.slice).count();
    std::uint64_t due = 0;
    double warm = from, at = from;
    for (std::size_t i = 0; i < reply.seconds.size(); ++i, at += slice) {
      const SecondReply& one = reply.seconds[i];
      const double middle = at + slice / 2;
      const bool whole = i + 1 < reply.seconds.size() || reply.seconds.size() < 3;
      const auto rate = [&](std::uint64_t count) { return static_cast<double>(count) / slice; };
      due_.points.push_back({middle, whole ? rate(one.due) : gap});
      done_.points.push_back({middle, whole ? rate(one.done - one.failed) : gap});
      failed_.points.push_back({middle, rate(one.failed)});
      errors_.points.push_back({middle, rate(one.server_errors)});
      for (auto* line : {&p50_, &p99_, &max_})
        line->points.push_back({middle, percentile(one.response, *line)});
      due += one.due;
      if (due <= reply.warm_up) warm = at + slice;
    }
    for (auto* line : {&due_, &done_, &failed_, &errors_, &p50_, &p99_, &max_})
      line->points.push_back({at, gap});
    if (warm > from) bands_.push_back({from, warm, "warm-up"});
    bands_.push_back({warm, at, phase.name});
    end_ = std::max(end_, at);
  }

  Chart chart() && {
    Axis count{.title = "a second", .text = rate_text, .from = 0};
    Axis errors = count;
    errors.title = "errors a second";
    Axis time{.title = "time", .text = seconds_text, .from = 0, .to = end_};
    Chart chart{"Timeline", {}, time, {}, {}};
    chart.panels.push_back({count, {std::move(done_), std::move(due_)}});
    chart.panels.push_back({errors, {std::move(failed_), std::move(errors_)}, 4});
    chart.panels.push_back(
        {time_axis("response"), {std::move(p50_), std::move(p99_), std::move(max_)}});
    chart.bands = std::move(bands_);
    return chart;
  }

 private:
  double percentile(const CompactHistogram& histogram, const Series& line) const {
    if (histogram.total() == 0) return gap;
    if (&line == &max_) return static_cast<double>(histogram.max());
    return static_cast<double>(histogram.percentile(&line == &p50_ ? 50 : 99));
  }

  Series due_{"due", {}}, done_{"answered", {}}, failed_{"failed", {}}, errors_{"5xx", {}},
      p50_{"p50", {}}, p99_{"p99", {}}, max_{"max", {}};
  std::vector<Band> bands_;
  double end_ = 0;
};

}  // namespace

Chart percentile_chart(const LoadPhase& phase) {
  const LoadReply& reply = phase.reply;
  Chart chart{"Latency by percentile", {}, percentile_axis(reply.response.total()), {}, {}};
  chart.description = in_words("Response time", reply.response) +
                      in_words("Service time", reply.service) +
                      in_words("Send delay", reply.send_delay);
  chart.panels.push_back({time_axis("time"),
                          {curve("response", reply.response), curve("service", reply.service),
                           curve("send delay", reply.send_delay)}});
  return chart;
}

Chart overlaid_chart(const std::vector<std::pair<std::string, const LoadPhase*>>& sides) {
  Chart chart{"Response time by percentile", {}, {}, {{time_axis("response"), {}}}, {}};
  std::uint64_t most = 0;
  for (const auto& [name, phase] : sides) {
    if (chart.panels[0].series.size() == most_curves) break;
    const Histogram& response = phase->reply.response;
    most = std::max(most, response.total());
    chart.panels[0].series.push_back(curve(name, response));
    chart.description += in_words(name.c_str(), response);
  }
  chart.x = percentile_axis(most);
  return chart;
}

Chart phases_chart(const std::vector<LoadPhase>& phases) {
  std::vector<std::pair<std::string, const LoadPhase*>> named;
  for (const auto& phase : phases) named.emplace_back(phase.name, &phase);
  Chart chart = overlaid_chart(named);
  chart.title = "Response time by phase";
  return chart;
}

Chart timeline_chart(const std::vector<LoadPhase>& phases) {
  Timeline timeline;
  const auto first = phases.empty() ? std::chrono::system_clock::time_point()
                                    : phases[0].began + phases[0].reply.began_after;
  for (const auto& phase : phases)
    timeline.add(
        phase,
        std::max(
            0.0,
            std::chrono::duration<double>(phase.began + phase.reply.began_after - first).count()));
  Chart chart = std::move(timeline).chart();
  chart.description =
      "Requests due and answered a second, failures and 5xx a second, and p50, p99 and the slowest "
      "response of each second. Phases are shaded:";
  for (const auto& phase : phases)
    chart.description +=
        fmt::format(" {} ({} due, {} failed, {} 5xx);", phase.name, phase.reply.counts.due,
                    phase.reply.counts.failed(), phase.reply.counts.server_errors());
  chart.description.back() = '.';
  return chart;
}

Chart rate_chart(const std::vector<LoadPhase>& phases) {
  Series p50{"p50", {}}, p99{"p99", {}};
  for (const auto& phase : phases) {
    const LoadReply& reply = phase.reply;
    if (!reply.open_loop || reply.response.total() == 0) continue;
    p50.points.push_back({reply.offered, static_cast<double>(reply.response.percentile(50))});
    p99.points.push_back({reply.offered, static_cast<double>(reply.response.percentile(99))});
  }
  for (auto* line : {&p50, &p99})
    std::ranges::stable_sort(line->points, {}, [](const Point& point) { return point.x; });
  Chart chart{"Latency over rate",
              "p50 and p99 of the response time of each phase over the rate that it offered.",
              {.title = "offered rate", .text = rate_text},
              {{time_axis("response"), {p50, p99}}},
              {}};
  return chart;
}

bool has_rates(const std::vector<LoadPhase>& phases) {
  std::set<double> rates;
  for (const auto& phase : phases)
    if (phase.reply.open_loop && phase.reply.response.total() > 0)
      rates.insert(std::round(phase.reply.offered));
  return rates.size() >= 3;
}

bool names_pods(const LoadReply& reply) {
  return std::ranges::any_of(reply.pods, [](const PodReply& pod) {
    return pod.answered > 0 && !(pod.service.empty() && pod.pod.empty());
  });
}

Bars pods_chart(const LoadReply& reply) {
  Bars chart{"Who answered", {}, {}, 0};
  std::uint64_t all = 0;
  std::vector<const PodReply*> pods;
  for (const auto& pod : reply.pods)
    if (pod.answered > 0) pods.push_back(&pod), all += pod.answered;
  std::ranges::stable_sort(pods, std::greater<>(),
                           [](const PodReply* pod) { return pod->answered; });
  for (const auto* pod : pods) {
    if (chart.bars.size() == most_bars) break;
    const double share = static_cast<double>(pod->answered) / static_cast<double>(all);
    chart.bars.push_back(
        {pod->pod.empty() ? pod->service : pod->pod, share, fmt::format("{:.1f}%", 100 * share)});
    if (chart.bars.back().name.empty()) chart.bars.back().name = "unnamed";
  }
  if (!pods.empty()) chart.even = 1 / static_cast<double>(pods.size());
  chart.description = fmt::format("Shares of {} answers among {} pods; an even share is {:.1f}%.",
                                  grouped(all), pods.size(), 100 * chart.even);
  if (pods.size() > most_bars)
    chart.description += fmt::format(" The {} with the most are shown.", most_bars);
  return chart;
}

}  // namespace ingress_check
