"""The `mode` of callbacks that watch a number."""


def settled_mode(mode, monitor):
    """`auto` for a mode that auto would choose: tf_keras keeps what it chose, Keras 3 what was given."""
    rising = str(monitor).endswith(("acc", "accuracy", "auc"))
    return "auto" if mode == ("max" if rising else "min") else mode
