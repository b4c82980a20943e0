// Edits that insert, remove or repeat layers.
#pragma once

#include "mapping/program/drafting.h"

namespace dlfix::mapping {

/// Drafts BatchNormalization and Dropout layers for bn{i} = true and drop{i} > 0 in `changes`
/// (normal form): `model.add(...)` lines, list elements, or calls around the layer's argument.
void insert_layers(Drafting& drafting, const Config& changes);

/// Drafts layer{i} = n: 0 removes the layer's statement or list element, n repeats it. Takes edits
/// inside the statement along, so it comes after all others.
void repeat_layers(Drafting& drafting, const Config& changes);

/// layer{i} as `for _ in range(config["layer1"]):` around the statement.
void repeat_config_form(Drafting& drafting, const Hyperparameter& hyperparameter);

}  // namespace dlfix::mapping
