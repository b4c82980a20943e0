// Gradients of embedding tables row by row. TensorFlow hands them to the optimisers as the list of
// rows that a batch took, an id as often as it was taken; what an optimiser makes of repeated and
// of absent ids depends on the version of Keras (Profile).
#pragma once

#include <vector>

#include "trainer/torch/network.h"
#include "trainer/torch/tensors.h"

namespace dlfix::trainer {

struct EmbeddingGradient {
  WeightPlace place;  ///< the table, among the trainable weights
  Tensor ids;         ///< [R, n]
  Tensor rows;        ///< [R, n, width]: the gradient of each row taken
};

/// The gradients of what a forward pass has gathered, one entry a table. Tables with a regulariser
/// have none: their gradient is dense. `gradients`: of `gathered[i].rows`, in order.
std::vector<EmbeddingGradient> embedding_gradients(const Network& network,
                                                   const std::vector<GatheredRows>& gathered,
                                                   const Tensors& gradients);

/// Sums rows by id into the table's flat numbers: [R, place.count].
Tensor summed_rows(const EmbeddingGradient& embedding, const Tensor& rows);

/// Which numbers of [R, parameters] were touched: all but the table rows that no id took.
Tensor touched_numbers(const std::vector<EmbeddingGradient>& embeddings, const Tensor& parameters);

}  // namespace dlfix::trainer
