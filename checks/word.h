// How the table of a check's words is written: each word a Field, made in one line.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scenarios/fields.h"

namespace ingress_check {

inline Field word(std::string name, Kind kind, std::string about, std::string example = {}) {
  return {.name = std::move(name),
          .kind = kind,
          .about = std::move(about),
          .example = std::move(example)};
}

/// Both ends included; of a duration in seconds, of a rate a second.
inline Field limited(Field field, double least, double most) {
  field.least = least;
  field.most = most;
  return field;
}

/// What holds where it is not written.
inline Field otherwise(Field field, std::string fallback) {
  field.fallback = std::move(fallback);
  return field;
}

inline Field holding(Field field, std::vector<Field> inner, std::vector<KeyRule> rules = {}) {
  field.fields = std::move(inner);
  field.rules = std::move(rules);
  return field;
}

}  // namespace ingress_check
