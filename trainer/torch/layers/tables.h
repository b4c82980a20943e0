// One registration per layer family.
#pragma once

#include "trainer/torch/layer.h"

namespace dlfix::trainer {

void add_dense_layers(LayerTable& table);
void add_convolution_layers(LayerTable& table);
void add_separable_layers(LayerTable& table);
void add_pooling_layers(LayerTable& table);
void add_global_pooling_layers(LayerTable& table);
void add_shape_layers(LayerTable& table);
void add_activation_layers(LayerTable& table);
void add_dropout_layers(LayerTable& table);
void add_noise_layers(LayerTable& table);
void add_normalization_layers(LayerTable& table);
void add_merge_layers(LayerTable& table);
void add_embedding_layers(LayerTable& table);
void add_recurrent_layers(LayerTable& table);
void add_border_layers(LayerTable& table);
void add_wrapper_layers(LayerTable& table);
void add_masking_layers(LayerTable& table);

}  // namespace dlfix::trainer
