"""Makes Keras compute in float64."""

import keras
from keras.src.backend.common import dtypes


def use_double_precision() -> None:
    """With PyTorch beneath, Keras promotes float64 to float32 by this table even when floatx is float64."""
    for name in ("float64", "int64"):
        dtypes.BIT64_TO_BIT32_DTYPE[name] = name
    keras.config.set_floatx("float64")
    keras.config.set_epsilon(1e-7)
    keras.config.set_dtype_policy("float64")
    product = keras.ops.mean(keras.ops.convert_to_tensor([1.0, 1 + 2.0**-40], dtype="float64"))
    if product.item() != 1 + 2.0**-41:
        raise AssertionError("Keras still computes in float32; the pinned version is needed")
