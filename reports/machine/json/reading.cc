#include "reports/machine/json/reading.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "harness/histogram_codec.h"

namespace ingress_check::formats::json_values {
namespace {

constexpr std::uint64_t most_histogram_bytes = std::uint64_t{2} << 30;
const Reading::Json nothing;  ///< what is read where something is missing

}  // namespace

void Reading::wrong(const std::string& what) const {
  if (!document_->wrong) document_->wrong = (path_.empty() ? "the document" : path_) + " " + what;
}

std::optional<Reading> Reading::maybe(const char* key) const {
  if (!value_->is_object()) {
    wrong("is no object");
    return std::nullopt;
  }
  const auto found = value_->find(key);
  if (found == value_->end()) return std::nullopt;
  return Reading(*found, path_.empty() ? key : path_ + "." + key, *document_);
}

Reading Reading::operator[](const char* key) const {
  if (auto found = maybe(key)) return *std::move(found);
  wrong(fmt::format("has no {}", key));
  return Reading(nothing, path_.empty() ? key : path_ + "." + key, *document_);
}

void Reading::each(const std::function<void(const Reading&)>& visit) const {
  if (!value_->is_array()) return wrong("is no list");
  for (std::size_t i = 0; i < value_->size() && !document_->wrong; ++i)
    visit(Reading((*value_)[i], fmt::format("{}[{}]", path_, i), *document_));
}

void Reading::members(const std::function<void(const std::string&, const Reading&)>& visit) const {
  if (!value_->is_object()) return wrong("is no object");
  for (const auto& [key, value] : value_->items())
    if (!document_->wrong) visit(key, Reading(value, path_ + "." + key, *document_));
}

std::string Reading::text() const {
  if (value_->is_string()) return value_->get<std::string>();
  wrong("is no text");
  return {};
}

std::vector<std::string> Reading::texts() const {
  std::vector<std::string> all;
  each([&](const Reading& one) { all.push_back(one.text()); });
  return all;
}

std::uint64_t Reading::count() const {
  if (value_->is_number_unsigned()) return value_->get<std::uint64_t>();
  wrong("is no whole number from 0 on");
  return 0;
}

int Reading::number(int least, int most) const {
  if (value_->is_number_integer()) {
    const auto number = value_->get<std::int64_t>();
    if (number >= least && number <= most) return static_cast<int>(number);
  }
  wrong(fmt::format("is no whole number from {} to {}", least, most));
  return least;
}

double Reading::real() const {
  if (value_->is_number() && std::isfinite(value_->get<double>())) return value_->get<double>();
  wrong("is no number");
  return 0;
}

bool Reading::flag() const {
  if (value_->is_boolean()) return value_->get<bool>();
  wrong("is neither true nor false");
  return false;
}

Histogram Reading::histogram(const Buckets& buckets) const {
  document_->histogram_bytes += buckets.size() * sizeof(std::uint64_t);
  if (document_->histogram_bytes > most_histogram_bytes) wrong("is one histogram too many");
  if (document_->wrong) return Histogram(buckets);
  auto read = decode_histogram_base64(text(), buckets.size());
  if (read && read->buckets() == buckets && read->total() > 0) return *std::move(read);
  wrong(read ? "is no histogram of this program's" : "is " + read.error().what);
  return Histogram(buckets);
}

CompactHistogram Reading::compact(const Buckets& buckets) const {
  const Histogram read = histogram(buckets);
  if (read.total() == 0) return CompactHistogram(buckets);
  std::vector<std::uint32_t> counts(buckets.size());
  for (std::uint32_t i = 0; i < buckets.size(); ++i) {
    if (read.at(i) > std::numeric_limits<std::uint32_t>::max()) wrong("counts too much");
    counts[i] = static_cast<std::uint32_t>(read.at(i));
  }
  auto made = CompactHistogram::of(buckets, std::move(counts));
  return made ? *std::move(made) : CompactHistogram(buckets);
}

}  // namespace ingress_check::formats::json_values
