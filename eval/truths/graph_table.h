// A neutrality graph as a table in the layout of the study's files.
#pragma once

#include <string>

#include "eval/truths/neutrality_search.h"

namespace dlfix::eval {

/// Tab-separated, with a heading; one row an edge in the order of the graph: parent_node_id,
/// current_node_id, parent_accs and current_node_accs ("[0.61, 0.62]", two decimals),
/// parent_node_param_string and current_node_param_string ("act1=relu,lr=0.1", names sorted, no
/// quotes, None for null), is_gt ("True" or "False").
std::string graph_table(const NeutralityGraph& graph);

}  // namespace dlfix::eval
