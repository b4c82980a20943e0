// Edits of the optimiser, its learning rate and its momentum.
#pragma once

#include "mapping/program/drafting.h"

namespace dlfix::mapping {

/// Drafts the edits for what `changes` (normal form) says of optimizer, learning_rate and momentum.
/// A literal that is all that changes is replaced; otherwise the optimiser expression is written
/// anew in the style of the file, with those of its arguments that the new class has, too.
void edit_optimizer(Drafting& drafting, const Config& changes);

/// The optimiser as `optimizers.get({"class_name": config["optimizer"], "config": {...}})`, which
/// Keras 2 and 3 both understand.
void optimizer_config_form(Drafting& drafting);

}  // namespace dlfix::mapping
