// What depends on the version of Keras, as data. Code asks for a rule, never for a version.
#pragma once

#include <string>
#include <string_view>

namespace dlfix::trainer {

/// Which activations hand their logits to a cross-entropy.
enum class LogitShortcut {
  kNone,      ///< probabilities always (Keras 2.2)
  kMatching,  ///< softmax to the categorical losses, sigmoid to the binary one
  kEither,    ///< softmax or sigmoid to whichever cross-entropy is used (TF 2.4 and later)
};

/// What Dropout(1.0) does in training.
enum class FullDropout { kCrash, kZeros, kIdentity };

struct Profile {
  std::string name;
  LogitShortcut shortcut = LogitShortcut::kEither;
  FullDropout full_dropout = FullDropout::kCrash;
  bool shortcut_any_rank = true;        ///< softmax on rank > 2 keeps its logits
  bool hinge_converts_labels = true;    ///< 0/1 targets of a batch become -1/+1
  bool expands_rank1_targets = true;    ///< (n,) becomes (n, 1) before the loss
  bool needs_equal_shapes = false;      ///< standalone Keras compares target and output shapes
  bool binary_broadcasts = true;        ///< binary_crossentropy off the logits takes (n, 1) ids
  bool log_epsilon_in_binary = true;    ///< log(c(p) + eps) instead of log(c(p))
  bool accuracy_by_loss = false;        ///< accuracy is chosen by the loss too
  bool hard_sigmoid_relu6 = false;      ///< relu6(x + 3) / 6 instead of 0.2 x + 0.5
  bool unbiased_conv_variance = true;   ///< BatchNormalization's moving variance in 4-D and 5-D
  bool legacy_optimizers = true;        ///< `decay` works; clipnorm 0 freezes; both clips apply
  bool clipvalue_first = false;         ///< of both clips, clipvalue acts before clipnorm
  bool clipnorm_is_global = false;      ///< clipnorm is of all gradients together, 0 is off
  bool lazy_embeddings = false;         ///< some optimisers leave table rows without an id alone
  bool clips_embedding_rows = true;     ///< clips see a table's gradient row by row, unsummed
  bool squares_embedding_rows = false;  ///< second moments take the sum of g_i^2 for a repeated id
  bool decay_raises = false;            ///< otherwise `decay` is ignored where it does not work
  bool two_clips_raise = false;         ///< at most one of clipnorm, clipvalue, global_clipnorm
  bool rmsprop_epsilon_inside = false;  ///< g / sqrt(a + eps)
  bool adagrad_epsilon_inside = false;
  bool nadam_shared_product = false;  ///< Keras 2.11: every weight multiplies the product anew
  bool nadam_schedule_decay = true;   ///< 0.96^(0.004 t) instead of 0.96^t
  bool missing_class_weight_fails = true;
  bool zero_epochs_fail = true;
  bool first_value_is_best = false;  ///< callbacks take the first value, even NaN, as the best
  bool epoch_ends_with_data =
      false;                         ///< with steps_per_epoch, the next epoch starts from the front
  bool restore_best_always = false;  ///< restore_best_weights acts on fits that ran to the end too
  bool wrong_ids_give_nan = false;   ///< class ids that the output lacks; else they raise
  bool both_row_weights_raise = false;       ///< class_weight and sample_weight together
  bool frozen_weights_are_penalised = true;  ///< in the reported loss
};

/// Errors: TrainingFailure (kUnsupported) for an unknown name, listing the known ones.
const Profile& find_profile(std::string_view name);

}  // namespace dlfix::trainer
