#include "scenarios/matrix.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/scalars.h"
#include "scenarios/words.h"

namespace ingress_check {
namespace {

std::vector<std::string> possible_keys(const std::vector<Field>& fields) {
  std::vector<std::string> names{"http"};
  for (const Field& field : fields)
    if (shapes(field).scalar && field.name != "http") names.push_back(field.name);
  return names;
}

bool usable(const Node::Pair& axis, const Node& params, const std::vector<std::string>& possible,
            Errors& errors) {
  const auto& [key, values] = axis;
  if (std::find(possible.begin(), possible.end(), key.text) == possible.end()) {
    errors.push_back({fmt::format("a matrix cannot vary {}", shown(key.text)),
                      words_hint(key.text, possible), key.place});
    return false;
  }
  if (params.find(key.text)) {
    errors.push_back({fmt::format("{} is written both in the matrix and beside it", key.text),
                      "keep one of them", key.place});
    return false;
  }
  return values.kind == Node::Kind::list && !values.items.empty();
}

}  // namespace

std::vector<Cell> read_matrix(const Node& params, const std::vector<Field>& fields,
                              Errors& errors) {
  std::vector<Cell> cells{{}};
  const Node* matrix = params.find("matrix");
  if (!matrix || matrix->kind != Node::Kind::map) return cells;
  const auto possible = possible_keys(fields);
  for (const auto& axis : matrix->pairs) {
    if (!usable(axis, params, possible, errors)) continue;
    const auto& [key, values] = axis;
    if (cells.size() * values.items.size() > most_cells) {
      errors.push_back({fmt::format("the matrix has more than {} combinations", most_cells),
                        "leave out values, or write several checks", matrix->place});
      return cells;
    }
    std::vector<Cell> wider;
    for (const Cell& cell : cells)
      for (const Node& value : values.items) {
        wider.push_back(cell);
        wider.back().push_back({key, value});
      }
    cells = std::move(wider);
  }
  return cells;
}

Node with_cell(Node params, const Cell& cell) {
  std::erase_if(params.pairs, [](const auto& pair) { return pair.key.text == "matrix"; });
  for (const auto& one : cell)
    if (one.key.text != "http") params.pairs.push_back(one);
  return params;
}

}  // namespace ingress_check
