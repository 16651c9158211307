#include "checks/limits/rate_limit/windows.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace ingress_check::rate_limit {

namespace {

constexpr double lengths[] = {1, 10, 60};
constexpr double explained = 0.98;

struct Point {
  double at;
  bool accepted;
};

std::vector<Point> points(const std::vector<Arrival>& arrivals) {
  std::vector<Point> all;
  for (const Arrival& one : arrivals)
    if (one.fate != Arrival::Fate::unknown)
      all.push_back({one.from, one.fate == Arrival::Fate::accepted});
  return all;
}

bool enough(std::size_t right, std::size_t of) {
  return static_cast<double>(right) >= explained * static_cast<double>(of);
}

/// How many answers a window of the clock explains whose first begins `offset` before the storm.
std::pair<std::size_t, std::size_t> fixed(const std::vector<Point>& points, double length,
                                          double offset) {
  std::map<long, std::size_t> accepted;
  for (const Point& point : points)
    accepted[std::lround(std::floor((point.at + offset) / length))] += point.accepted;
  std::size_t most = 0;
  for (const auto& [index, number] : accepted) most = std::max(most, number);
  std::map<long, std::size_t> taken;
  std::size_t right = 0;
  for (const Point& point : points)
    right +=
        point.accepted == (taken[std::lround(std::floor((point.at + offset) / length))]++ < most);
  return {right, most};
}

std::optional<Window> fixed(const std::vector<Point>& points) {
  for (const double length : lengths) {
    if (points.back().at < 1.5 * length) break;  // its renewal was not seen
    constexpr int offsets = 100;
    std::pair<std::size_t, std::size_t> best{};
    for (int i = 0; i < offsets; ++i)
      best = std::max(best, fixed(points, length, length * i / offsets));
    if (enough(best.first, points.size())) return Window{Window::Kind::fixed, length, best.second};
  }
  return std::nullopt;
}

/// Of those accepted before `at`, how many came after `since`.
std::size_t accepted_between(const std::vector<double>& accepted, double since, double at) {
  return static_cast<std::size_t>(std::ranges::lower_bound(accepted, at) -
                                  std::ranges::upper_bound(accepted, since));
}

std::optional<Window> sliding(const std::vector<Point>& points) {
  constexpr double coarse = 0.005;  // seconds: clocks are, and requests take their time
  std::vector<double> accepted;
  for (const Point& point : points)
    if (point.accepted) accepted.push_back(point.at);
  for (const double length : lengths) {
    if (points.back().at < 1.5 * length) break;
    std::size_t most = 0, right = 0;
    for (const double at : accepted)
      most = std::max(most, accepted_between(accepted, at - length + coarse, at) + 1);
    for (const Point& point : points)
      right += point.accepted ||
               accepted_between(accepted, point.at - length - coarse, point.at) >= most;
    if (enough(right, points.size())) return Window{Window::Kind::sliding, length, most};
  }
  return std::nullopt;
}

/// Nothing passes from the first refusal on, although the storm goes on for seconds.
std::optional<Window> starving(const std::vector<Point>& points) {
  const auto refused = std::ranges::find(points, false, &Point::accepted);
  if (refused == points.end() || points.back().at - refused->at < 1) return std::nullopt;
  const auto later = std::ranges::count(refused, points.end(), true, &Point::accepted);
  const auto before = static_cast<std::size_t>(refused - points.begin());
  if (later > 0 && static_cast<double>(later) > 0.02 * static_cast<double>(points.size() - before))
    return std::nullopt;
  return Window{Window::Kind::starving, 0, before};
}

}  // namespace

std::optional<Window> window(const std::vector<Arrival>& arrivals) {
  const auto all = points(arrivals);
  if (all.size() < 20 || std::ranges::none_of(all, &Point::accepted)) return std::nullopt;
  if (auto found = starving(all)) return found;
  if (auto found = fixed(all)) return found;
  return sliding(all);
}

}  // namespace ingress_check::rate_limit
