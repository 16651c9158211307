#include "reports/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "reports/markup.h"
#include "scenarios/utf8.h"

namespace ingress_check {
namespace {

// Drawn at a size that fits a narrow screen as it is; pages put several beside each other.
constexpr double width = 420, left = 58, right = 10;
constexpr double head = 27;                      ///< above a panel, for the names of its series
constexpr double foot = 34;                      ///< below the last one, for the x axis
constexpr double alone = 190, one_of_many = 88;  ///< height of a panel
constexpr double band_head = 16;
constexpr std::size_t most_points = 600;

/// Told apart on white and on black, also by who sees few colours; dashes tell them apart in print.
struct Pen {
  const char* color;
  const char* dashes;
};
constexpr std::array<Pen, 6> pens{{{"#3b82c4", ""},
                                   {"#d9730d", "7 3"},
                                   {"#1f9d6b", "2 2"},
                                   {"#9b6dd6", "9 3 2 3"},
                                   {"#dc4a4a", ""},
                                   {"#8a8f98", "1 3"}}};

const Pen& pen_of(const Panel& panel, std::size_t series) {
  return pens[(panel.first_pen + series) % pens.size()];
}

std::string number(double value) {
  std::string text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

constexpr double letter = 6.8;  ///< width of one, at most on average

std::size_t letters_in(double room) {
  return static_cast<std::size_t>(std::max(room, 0.0) / letter);
}

/// The first `most` characters.
std::string head_of(const std::string& name, std::size_t most) {
  std::string_view rest = name;
  for (; most > 0 && !rest.empty(); --most) rest.remove_prefix(first_character(rest).bytes);
  return name.substr(0, name.size() - rest.size());
}

/// The last `most` characters: where names differ at their end.
std::string tail(const std::string& name, std::size_t most) {
  std::string_view rest = name;
  std::size_t count = character_count(rest);
  if (count <= most) return name;
  for (; count >= most; --count) rest.remove_prefix(first_character(rest).bytes);
  return "~" + std::string(rest);
}

std::string text(double x, double y, const char* anchor, const std::string& words,
                 const std::string& more = {}) {
  return fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"{}\"{}>{}</text>\n", number(x),
                     number(y), anchor, more, in_markup(words, 60));
}

std::string rule(double x1, double y1, double x2, double y2) {
  return fmt::format("<path d=\"M{} {}L{} {}\" stroke=\"currentColor\" stroke-opacity=\"0.15\"/>\n",
                     number(x1), number(y1), number(x2), number(y2));
}

std::string opening(const std::string& title, const std::string& description, double height) {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {0} {1}\" "
      "width=\"{0}\" height=\"{1}\" font-family=\"system-ui, sans-serif\" font-size=\"11\" "
      "fill=\"currentColor\" aria-label=\"{2}\">\n<desc>{3}</desc>\n",
      number(width), number(height), in_markup(title + ". " + description, 600),
      in_markup(description, 500));
}

/// A line for each stretch without a gap; a point alone is a dot.
std::string line(const Series& series, const Pen& pen, const Scale& x, const Scale& y) {
  std::string path, dots;
  std::size_t run = 0;
  double last_x = 0, last_y = 0;
  const auto end_run = [&] {
    if (run == 1)
      dots += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"2\" fill=\"{}\"/>\n", number(last_x),
                          number(last_y), pen.color);
    run = 0;
  };
  for (const auto& point : thinned(series.points, most_points)) {
    if (!x.shows(point.x) || !y.shows(point.y)) {
      end_run();
      continue;
    }
    last_x = x.at(point.x), last_y = y.at(point.y);
    path += fmt::format("{}{} {}", run++ == 0 ? "M" : "L", number(last_x), number(last_y));
  }
  end_run();
  const std::string dashes = *pen.dashes ? fmt::format(" stroke-dasharray=\"{}\"", pen.dashes) : "";
  return fmt::format(
             "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.6\" "
             "stroke-linejoin=\"round\"{}/>\n",
             path, pen.color, dashes) +
         dots;
}

/// The names of the series, each behind a piece of its line.
std::string names(const Panel& panel, double y) {
  std::string out = text(left, y, "start", panel.y.title, " font-weight=\"600\"");
  const std::size_t count = std::min(panel.series.size(), pens.size());
  const double room = width - right - left - letter * static_cast<double>(panel.y.title.size() + 2);
  const std::size_t most =
      letters_in(room / static_cast<double>(std::max<std::size_t>(count, 1)) - 31);
  double x = width - right;
  for (std::size_t i = count; i-- > 0;) {
    const Pen& pen = pen_of(panel, i);
    const std::string name = tail(panel.series[i].name, std::max<std::size_t>(most, 2));
    out += text(x, y, "end", name);
    x -= letter * static_cast<double>(character_count(name)) + 4;
    out += fmt::format("<path d=\"M{0} {1}L{2} {1}\" stroke=\"{3}\" stroke-width=\"2.5\"{4}/>\n",
                       number(x - 16), number(y - 4), number(x), pen.color,
                       *pen.dashes ? fmt::format(" stroke-dasharray=\"{}\"", pen.dashes) : "");
    x -= 27;
  }
  return out;
}

std::string draw(const Panel& panel, const Scale& x, double top, double bottom) {
  std::vector<double> values;
  for (const auto& series : panel.series)
    for (const auto& point : series.points) values.push_back(point.y);
  const Scale y(panel.y, values, bottom, top);
  std::string out = names(panel, top - 8);
  double last = std::numeric_limits<double>::infinity();
  for (const auto& tick : y.ticks()) {
    const double at = y.at(tick.value);
    out += rule(left, at, width - right, at);
    if (last - at < 11) continue;  // it would be written over the one below
    last = at;
    out += text(left - 6, at + 4, "end", tick.text);
  }
  for (std::size_t i = 0; i < panel.series.size() && i < pens.size(); ++i)
    out += line(panel.series[i], pen_of(panel, i), x, y);
  return out;
}

std::string bands(const Chart& chart, const Scale& x, double top, double bottom) {
  std::string out;
  for (std::size_t i = 0; i < chart.bands.size(); ++i) {
    const double from = x.at(chart.bands[i].from), to = x.at(chart.bands[i].to);
    if (to - from < 1) continue;
    out += fmt::format(
        "<path d=\"M{0} {1}H{2}V{3}H{0}Z\" fill=\"currentColor\" fill-opacity=\"{4}\"/>\n",
        number(from), number(top), number(to), number(bottom), i % 2 == 0 ? "0.07" : "0.03");
    const std::string& name = chart.bands[i].name;
    if (const auto room = letters_in(to - from - 3); room >= 3)
      out += text(from + 3, top + 11, "start", head_of(name, room));
  }
  return out;
}

/// The smallest distance at which texts below the axis do not touch.
std::string x_ticks(const Chart& chart, const Scale& x, double top, double bottom) {
  std::string out;
  double free_from = 0;
  for (const auto& tick : x.ticks()) {
    const double at = x.at(tick.value), half = 3.2 * static_cast<double>(tick.text.size());
    out += rule(at, top, at, bottom);
    if (at - half < free_from) continue;
    const bool last = at + half > width;
    out += text(last ? width : at, bottom + 14, last ? "end" : "middle", tick.text);
    free_from = at + half + 6;
  }
  return out + text(width - right, bottom + 29, "end", chart.x.title);
}

}  // namespace

std::vector<Point> thinned(const std::vector<Point>& points, std::size_t most) {
  if (points.size() <= most) return points;
  std::vector<Point> kept;
  const std::size_t stretches = std::max<std::size_t>(most / 2, 1);
  for (std::size_t i = 0; i < stretches; ++i) {
    const auto from = points.begin() + static_cast<std::ptrdiff_t>(i * points.size() / stretches);
    const auto to =
        points.begin() + static_cast<std::ptrdiff_t>((i + 1) * points.size() / stretches);
    const auto [low, high] =
        std::minmax_element(from, to, [](const Point& a, const Point& b) { return a.y < b.y; });
    kept.push_back(*std::min(low, high));
    if (low != high) kept.push_back(*std::max(low, high));
  }
  return kept;
}

std::string svg(const Chart& chart) {
  const double panel_height = chart.panels.size() > 1 ? one_of_many : alone;
  const double above = chart.bands.empty() ? 0 : band_head;
  const auto count = static_cast<double>(chart.panels.size());
  const double bottom = above + count * (head + panel_height);
  std::vector<double> values;
  for (const auto& panel : chart.panels)
    for (const auto& series : panel.series)
      for (const auto& point : series.points) values.push_back(point.x);
  for (const auto& band : chart.bands) values.push_back(band.to);
  const Scale x(chart.x, values, left, width - right);
  std::string out = opening(chart.title, chart.description, bottom + foot);
  out += bands(chart, x, 0, bottom) + x_ticks(chart, x, above + head, bottom);
  for (std::size_t i = 0; i < chart.panels.size(); ++i) {
    const double top = above + static_cast<double>(i) * (head + panel_height) + head;
    out += draw(chart.panels[i], x, top, top + panel_height);
  }
  return out + "</svg>\n";
}

std::string svg(const Bars& chart) {
  constexpr double row = 22, names_end = 150, bars_end = width - 62;
  const double bottom = 18 + row * static_cast<double>(chart.bars.size());
  double most = chart.even;
  for (const auto& bar : chart.bars) most = std::max(most, bar.share);
  const auto at = [&](double share) {
    return names_end + (most > 0 ? share / most : 0) * (bars_end - names_end);
  };
  std::string out = opening(chart.title, chart.description, bottom + 4);
  for (std::size_t i = 0; i < chart.bars.size(); ++i) {
    const Bar& bar = chart.bars[i];
    const double y = 18 + row * static_cast<double>(i);
    out += "<g>" + fmt::format("<title>{}: {}</title>\n", in_markup(bar.name, 200),
                               in_markup(bar.text, 60));
    out += text(names_end - 6, y + 13, "end", tail(bar.name, letters_in(names_end - 6)));
    out += fmt::format("<path d=\"M{0} {1}H{2}V{3}H{0}Z\" fill=\"{4}\"/>\n", number(names_end),
                       number(y + 2), number(std::max(at(bar.share), names_end + 1)),
                       number(y + 17), pens[0].color);
    out += text(width - right, y + 13, "end", bar.text) + "</g>\n";
  }
  if (chart.even > 0) {
    out += fmt::format(
        "<path d=\"M{0} 14V{1}\" stroke=\"{2}\" stroke-width=\"1.6\" stroke-dasharray=\"4 3\"/>\n",
        number(at(chart.even)), number(bottom), pens[1].color);
    out += text(at(chart.even), 11, "middle", fmt::format("even: {:.1f}%", 100 * chart.even));
  }
  return out + "</svg>\n";
}

}  // namespace ingress_check
