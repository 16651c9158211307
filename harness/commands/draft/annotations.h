// What the annotations of an Ingress ask for, as far as a check can prove it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/commands/draft/sketch.h"
#include "scenarios/yaml.h"

namespace ingress_check {

struct Annotations {
  std::vector<std::pair<std::string, std::string>> all;  ///< as written, in order
  bool regex = false;  ///< paths are patterns (ingress-nginx: use-regex, rewrite-target)

  std::string value(std::string_view name) const;  ///< empty: not there
};

Annotations read_annotations(const Node* node);  ///< null: there are none

/// Adds checks for the routes from `first_route` on, which are those of this Ingress, and a remark
/// for each annotation that no check of this program knows.
void add_checks(const Annotations& annotations, const std::string& ingress, std::size_t first_route,
                Sketch& sketch);

}  // namespace ingress_check
