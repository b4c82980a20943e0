#include "trainer/torch/layers/tables.h"

namespace dlfix::trainer {

const LayerTable& layer_table() {
  static const LayerTable kTable = [] {
    LayerTable table;
    add_dense_layers(table);
    add_convolution_layers(table);
    add_separable_layers(table);
    add_pooling_layers(table);
    add_global_pooling_layers(table);
    add_shape_layers(table);
    add_activation_layers(table);
    add_dropout_layers(table);
    add_noise_layers(table);
    add_normalization_layers(table);
    add_merge_layers(table);
    add_embedding_layers(table);
    add_recurrent_layers(table);
    add_border_layers(table);
    add_wrapper_layers(table);
    add_masking_layers(table);
    return table;
  }();
  return kTable;
}

}  // namespace dlfix::trainer
