"""What the stand-in is told before a program starts: whose defaults to use."""

import os

profile = os.environ.get("DLFIX_STANDIN_PROFILE", "keras3")


def is_before_tf2():
    """Keras 2.2 and 2.3 as packages of their own."""
    return profile in ("keras22", "keras231")


def version():
    """The version that programs see."""
    return {"keras22": "2.2.4", "keras231": "2.3.1", "tf23": "2.4.3", "tf24": "2.8.0",
            "tf211": "2.12.0"}.get(profile, "3.3.3")
