#include "reports/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ingress_check {
namespace {

constexpr int about_ticks = 4;

std::string text_of(const Axis& axis, double value) {
  return axis.text ? axis.text(value) : fmt::format("{:g}", value);
}

/// 1, 2 or 5 times a power of ten, so that about `about_ticks` fit.
double round_step(double range) {
  const double rough = range / about_ticks;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double digit = rough / power;
  return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
}

}  // namespace

Scale::Scale(const Axis& axis, const std::vector<double>& values, double paper_from,
             double paper_to)
    : axis_(axis), paper_from_(paper_from), paper_to_(paper_to) {
  bool any = false;
  for (const double value : values) {
    if (!shows(value)) continue;
    low_ = any ? std::min(low_, value) : value;
    high_ = any ? std::max(high_, value) : value;
    any = true;
  }
  if (!any) low_ = axis.logarithmic ? 1 : 0, high_ = axis.logarithmic ? 10 : 1;
  if (axis.from) low_ = *axis.from;
  if (axis.to) high_ = *axis.to;
  widen();
}

/// Outwards to round numbers, where the axis does not say where it ends.
void Scale::widen() {
  if (axis_.logarithmic) {
    if (high_ < low_ * 1.01) low_ /= 2, high_ *= 2;
    if (!axis_.from) low_ /= std::pow(high_ / low_, 0.04);
    if (!axis_.to) high_ *= std::pow(high_ / low_, 0.04);
    return;
  }
  if (!(high_ > low_)) high_ = low_ + std::max(1.0, std::abs(low_) * 0.1);
  const double step = round_step(high_ - low_);
  if (!axis_.from) low_ = std::floor(low_ / step) * step;
  if (!axis_.to) high_ = std::ceil(high_ / step) * step;
}

bool Scale::shows(double value) const {
  return std::isfinite(value) && (!axis_.logarithmic || value > 0);
}

double Scale::position(double value) const {
  if (!axis_.logarithmic) return (value - low_) / (high_ - low_);
  return std::log(value / low_) / std::log(high_ / low_);
}

double Scale::at(double value) const {
  return paper_from_ + std::clamp(position(value), 0.0, 1.0) * (paper_to_ - paper_from_);
}

std::vector<Tick> Scale::ticks() const {
  std::vector<Tick> all;
  const auto add = [&](double value, const std::string& text) {
    if (position(value) > -1e-9 && position(value) < 1 + 1e-9) all.push_back({value, text});
  };
  for (const auto& tick : axis_.ticks) add(tick.value, tick.text);
  if (!axis_.ticks.empty()) return all;
  if (!axis_.logarithmic) {
    const double step = round_step(high_ - low_);
    for (double at = std::ceil(low_ / step - 1e-9) * step; at <= high_ + step * 1e-9; at += step) {
      const double exact = std::abs(at) < step * 1e-9 ? 0 : at;
      add(exact, text_of(axis_, exact));
    }
    return all;
  }
  const double decades = std::log10(high_ / low_);
  for (double power = std::floor(std::log10(low_)); power <= std::log10(high_); ++power)
    for (const double digit : {1.0, 2.0, 5.0}) {
      if (digit != 1 && decades > 2) continue;
      const double value = digit * std::pow(10, power);
      add(value, text_of(axis_, value));
    }
  return all;
}

}  // namespace ingress_check
