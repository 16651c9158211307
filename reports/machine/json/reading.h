// A place in a JSON document that may be anything, read without trust: the first thing that is not
// as it should be is remembered with where it stands, and reading goes on with harmless values.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "harness/histogram.h"

namespace ingress_check::formats::json_values {

class Reading {
 public:
  using Json = nlohmann::ordered_json;

  /// What all places of one document share.
  struct Document {
    std::optional<std::string> wrong = {};  ///< the first mistake: "scenarios[0].file is no text"
    std::uint64_t histogram_bytes = 0;      ///< memory that its histograms took so far
  };

  Reading(const Json& value, std::string path, Document& document)
      : value_(&value), path_(std::move(path)), document_(&document) {}

  Reading operator[](const char* key) const;                          ///< must be there
  std::optional<Reading> maybe(const char* key) const;                ///< empty if it is not
  void each(const std::function<void(const Reading&)>& visit) const;  ///< of a list
  void members(const std::function<void(const std::string&, const Reading&)>& visit) const;

  std::string text() const;
  std::vector<std::string> texts() const;
  std::uint64_t count() const;  ///< a whole number from 0 on
  int number(int least, int most) const;
  double real() const;
  bool flag() const;
  bool is_null() const { return value_->is_null(); }

  /// As the result has it. A histogram must have the buckets that this program gives it: then its
  /// memory is known. All of a document may take 2 GiB.
  Histogram histogram(const Buckets& buckets) const;
  CompactHistogram compact(const Buckets& buckets) const;

  void wrong(const std::string& what) const;                    ///< "is no text"
  bool failed() const { return document_->wrong.has_value(); }  ///< anywhere, so far

 private:
  const Json* value_;
  std::string path_;
  Document* document_;
};

}  // namespace ingress_check::formats::json_values
