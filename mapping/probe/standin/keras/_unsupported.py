"""The answer to everything that the stand-in does not have."""


class UnsupportedAttribute(AttributeError):
    """Names the attribute; an installed Keras would be used in place of the stand-in."""

    def __init__(self, name):
        super().__init__("the bundled stand-in for Keras has no {}; an installed Keras would be "
                         "used".format(name))


def attributes_of(module_name):
    """A module's __getattr__ that names what is missing."""
    def missing(name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        raise UnsupportedAttribute(module_name + "." + name)

    return missing
