// A published neutrality graph, searched again with the published values of its nodes in place of
// trainings.
#pragma once

#include <vector>

#include "eval/published/study_folder.h"
#include "eval/truths/neutrality_search.h"

namespace dlfix::eval {

/// Configs that the study does not publish count as not neutral (it publishes all that are). The
/// fix counts as good as the worst published alternative; without one, as out of reach.
/// Errors: support::InputError when the graph has no node 0.
NeutralityGraph simulate_graph(const StudyFault& fault, const std::vector<PublishedNode>& nodes);

/// Whether the search gave every node its published number and parent, in the published order, and
/// found the same alternatives.
bool same_graph(const NeutralityGraph& graph, const std::vector<PublishedNode>& nodes);

}  // namespace dlfix::eval
