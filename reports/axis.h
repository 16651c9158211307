// Where the values of a chart lie on its paper, and which of them are written beside it.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace ingress_check {

struct Tick {
  double value = 0;
  std::string text;
};

/// One direction of a chart.
struct Axis {
  std::string title = {};
  bool logarithmic = false;                  ///< values must be above 0 to be drawn
  std::string (*text)(double) = nullptr;     ///< of a tick; null: the plain number
  std::vector<Tick> ticks = {};              ///< empty: round numbers
  std::optional<double> from = {}, to = {};  ///< empty: as the values are
};

/// Values to paper. Pure; never divides by zero: a range without width is widened.
class Scale {
 public:
  /// `values` that are not finite, or not above 0 on a logarithmic axis, have no say. Without any
  /// the range is 0 to 1 (1 to 10).
  Scale(const Axis& axis, const std::vector<double>& values, double paper_from, double paper_to);

  bool shows(double value) const;  ///< finite, and above 0 where it must be
  double at(double value) const;   ///< on paper, kept within it
  std::vector<Tick> ticks() const;

 private:
  double position(double value) const;
  void widen();

  const Axis axis_;
  double low_ = 0, high_ = 1;
  double paper_from_, paper_to_;
};

}  // namespace ingress_check
