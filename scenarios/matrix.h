// `matrix`: a check runs once for each combination of values.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scenarios/fields.h"
#include "scenarios/scenario.h"
#include "scenarios/yaml.h"

namespace ingress_check {

/// At most so many combinations of one check.
inline constexpr std::size_t most_cells = 64;

/// One combination: key and value, as written.
using Cell = std::vector<Node::Pair>;

/// All combinations of `params`' matrix, the last key varying fastest; one empty cell without a
/// matrix. `fields` are the check's own: a key must be http or a single-valued one of them. The
/// shape of the matrix is verified elsewhere (it is one of common_check_fields()).
std::vector<Cell> read_matrix(const Node& params, const std::vector<Field>& fields, Errors& errors);

/// The parameters of one combination: `params` without its matrix, with the cell's values (http
/// apart, which is no parameter).
Node with_cell(Node params, const Cell& cell);

}  // namespace ingress_check
