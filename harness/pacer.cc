#include "harness/pacer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ingress_check {

namespace {

constexpr double second = 1e9;        // nanoseconds
constexpr double fastest = 1e7;       // requests a second
constexpr double rounding = 1e-12;    // noise of an integral, relative
constexpr double gap_unit = 1 << 20;  // of a mean gap: sums are whole numbers, so exact
constexpr double most_gaps = 0x1p43;  // their sum fits 64 bits

double nanoseconds(Duration t) { return static_cast<double>(t.count()); }

double change(const Stage& stage) { return (stage.to - stage.from) / nanoseconds(stage.lasts); }

// Requests due in the first t of a stage.
double due_in(const Stage& stage, Duration t) {
  const double ns = nanoseconds(t);
  return (stage.from + change(stage) * ns / 2) * ns / second;
}

// When `count` requests of a stage were due: the root of due_in. Ramps downwards are solved from
// their end, so that neither form subtracts nearly equal numbers.
double when_in(const Stage& stage, double count) {
  if (stage.from == stage.to) return count * second / stage.from;
  const double all = due_in(stage, stage.lasts), slope = std::abs(change(stage)) * second;
  const bool up = stage.from < stage.to;
  const double slow = up ? stage.from : stage.to;
  const double n = up ? count : std::max(0.0, all - count);
  if (n <= 0) return up ? 0 : nanoseconds(stage.lasts);
  const double ns = 2 * n * second / (slow + std::sqrt(slow * slow + 2 * slope * n));
  return up ? ns : nanoseconds(stage.lasts) - ns;
}

// Where rounding alone keeps an integral from a whole number, that number: a slot must not move
// across a pause, nor a phase gain one, because of the last bit.
double whole(double count) {
  const double near = std::round(count);
  return std::abs(count - near) <= rounding * std::max(1.0, near) ? near : count;
}

// SplitMix64 (Steele, Lea, Flood 2014), of which any member can be had at once.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

Result<void> possible(const Stage& stage) {
  for (const double rate : {stage.from, stage.to})
    if (!(rate >= 0 && rate <= fastest))
      return cannot(fmt::format("a rate of {} requests a second", rate),
                    fmt::format("0 to {:.0f} are possible", fastest));
  if (stage.lasts <= Duration::zero()) return cannot("a stage that takes no time");
  return {};
}

}  // namespace

Result<Pacer> Pacer::create(std::vector<Stage> stages, Spacing spacing, std::uint64_t seed) {
  Pacer made;
  made.spacing_ = spacing;
  made.seed_ = mixed(seed);
  for (const Stage& stage : stages) {
    if (const auto fine = possible(stage); !fine) return tl::unexpected(fine.error());
    if (stage.lasts > Duration::max() - made.lasts_) return cannot("stages of over 292 years");
    made.stretches_.push_back({made.lasts_, made.count_, stage});
    made.lasts_ += stage.lasts;
    made.count_ = whole(made.count_ + due_in(stage, stage.lasts));
  }
  if (spacing == Spacing::poisson) made.count_ = std::min(made.count_, most_gaps);
  if (made.count_ <= 0) return cannot("stages without a rate above 0");
  return made;
}

const Pacer::Stretch& Pacer::at(Duration t) const {
  const auto after =
      std::upper_bound(stretches_.begin() + 1, stretches_.end(), t,
                       [](Duration time, const Stretch& stretch) { return time < stretch.begins; });
  return *(after - 1);
}

Duration Pacer::when(double count) const {
  if (count >= count_) return Duration::max();
  const auto after = std::upper_bound(
      stretches_.begin() + 1, stretches_.end(), count,
      [](double wanted, const Stretch& stretch) { return wanted < stretch.count; });
  const Stretch& here = *(after - 1);
  const double lasts = nanoseconds(here.stage.lasts);
  const double ns = std::clamp(when_in(here.stage, count - here.count), 0.0, lasts);
  // Rounded up to its end, a slot would fall outside of the phase.
  const Duration into =
      ns >= lasts ? here.stage.lasts
                  : std::min(Duration(static_cast<std::int64_t>(ns + 0.5)), here.stage.lasts);
  return std::min(here.begins + into, lasts_ - Duration(1));
}

Duration Pacer::even(std::uint64_t i) const { return when(static_cast<double>(i)); }

std::uint64_t Pacer::gap(std::uint64_t i) const {
  const auto bits = static_cast<std::int64_t>(mixed(seed_ + (i + 1) * 0x9e3779b97f4a7c15u) >> 11);
  const double uniform = static_cast<double>(bits + 1) * 0x1p-53;  // (0, 1]
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(std::log(uniform) * -gap_unit + 0.5));
}

Duration Pacer::due(std::uint64_t i) const {
  return spacing_ == Spacing::even ? even(i) : Slots(*this, i).due();
}

std::uint64_t Pacer::due_before(Duration t) const {
  if (t <= Duration::zero()) return 0;
  t = std::min(t, lasts_);
  if (spacing_ == Spacing::poisson) {
    Slots slots(*this);
    while (slots.due() < t) slots.next();
    return slots.index();
  }
  auto count = static_cast<std::uint64_t>(std::ceil(std::min(expected(t), count_)));
  while (count > 0 && even(count - 1) >= t) --count;
  while (even(count) < t) ++count;
  return count;
}

double Pacer::expected(Duration t) const {
  if (t <= Duration::zero()) return 0;
  if (t >= lasts_) return count_;
  const Stretch& here = at(t);
  return here.count + due_in(here.stage, t - here.begins);
}

double Pacer::rate(Duration t) const {
  if (t < Duration::zero() || t >= lasts_) return 0;
  const Stretch& here = at(t);
  return here.stage.from + change(here.stage) * nanoseconds(t - here.begins);
}

Slots::Slots(const Pacer& pacer, std::uint64_t index, std::uint64_t stride)
    : pacer_(&pacer), index_(index), stride_(std::max<std::uint64_t>(stride, 1)) {
  if (pacer.spacing_ == Spacing::even) {
    due_ = pacer.even(index_);
    return;
  }
  index_ = 0;
  gaps_ = pacer.gap(0);
  advance(index);
}

void Slots::next() {
  if (over()) return;
  if (pacer_->spacing_ == Spacing::even) {
    index_ += stride_;
    due_ = pacer_->even(index_);
    return;
  }
  advance(stride_);
}

void Slots::advance(std::uint64_t slots) {
  const auto end =
      static_cast<std::uint64_t>(std::ceil(std::min(pacer_->count_, most_gaps) * gap_unit));
  for (; slots > 0 && gaps_ < end; --slots) gaps_ += pacer_->gap(++index_);
  index_ += slots;
  due_ = slots > 0 ? Duration::max() : pacer_->when(static_cast<double>(gaps_) / gap_unit);
}

}  // namespace ingress_check
