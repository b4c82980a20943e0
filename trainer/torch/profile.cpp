#include "trainer/torch/profile.h"

#include <array>

#include "trainer/torch/failure.h"

namespace dlfix::trainer {
namespace {

Profile tf23() {
  Profile profile;
  profile.name = "tf23";
  profile.shortcut = LogitShortcut::kMatching;
  profile.shortcut_any_rank = false;
  profile.lazy_embeddings = true;
  // The study trained on GPUs, whose kernel does not raise as the one for processors does.
  profile.wrong_ids_give_nan = true;
  return profile;
}

Profile keras231() {
  Profile profile = tf23();
  profile.name = "keras231";
  profile.wrong_ids_give_nan = false;
  profile.full_dropout = FullDropout::kIdentity;
  profile.needs_equal_shapes = true;
  profile.accuracy_by_loss = true;
  profile.clipnorm_is_global = true;
  profile.clips_embedding_rows = false;
  profile.lazy_embeddings = false;
  return profile;
}

Profile keras22() {
  Profile profile = keras231();
  profile.name = "keras22";
  profile.shortcut = LogitShortcut::kNone;
  profile.hinge_converts_labels = false;
  return profile;
}

Profile tf24() {
  Profile profile;
  profile.name = "tf24";
  profile.clipvalue_first = true;
  profile.lazy_embeddings = true;
  return profile;
}

Profile tf211() {
  Profile profile = tf24();
  profile.name = "tf211";
  profile.lazy_embeddings = false;
  profile.legacy_optimizers = false;
  profile.decay_raises = true;
  profile.rmsprop_epsilon_inside = true;
  profile.adagrad_epsilon_inside = true;
  profile.nadam_schedule_decay = false;
  profile.nadam_shared_product = true;
  profile.clipvalue_first = false;
  profile.restore_best_always = true;
  return profile;
}

Profile keras3() {
  Profile profile = tf211();
  profile.name = "keras3";
  profile.decay_raises = false;
  profile.two_clips_raise = true;
  profile.squares_embedding_rows = true;
  profile.full_dropout = FullDropout::kZeros;
  profile.expands_rank1_targets = false;
  profile.binary_broadcasts = false;
  profile.log_epsilon_in_binary = false;
  profile.hard_sigmoid_relu6 = true;
  profile.unbiased_conv_variance = false;
  profile.missing_class_weight_fails = false;
  profile.both_row_weights_raise = true;
  profile.frozen_weights_are_penalised = false;
  profile.zero_epochs_fail = false;
  profile.nadam_shared_product = false;
  profile.first_value_is_best = true;
  profile.epoch_ends_with_data = true;
  return profile;
}

}  // namespace

const Profile& find_profile(std::string_view name) {
  static const std::array<Profile, 6> kProfiles{keras22(), keras231(), tf23(),
                                                tf24(),    tf211(),    keras3()};
  for (const Profile& profile : kProfiles) {
    if (profile.name == name) return profile;
  }
  fail_as_unsupported("Keras profile '" + std::string(name) +
                      "' is not known; known: keras22, keras231, tf23, tf24, tf211, keras3");
}

}  // namespace dlfix::trainer
