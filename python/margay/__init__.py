"""Ask an image classifier that margay has trained.

    import margay
    model = margay.Model("runs/cats-and-dogs")     # a run directory or a .safetensors file
    answer = model.predict("photo.jpg")            # or bytes, a NumPy array, a Pillow picture
    print(answer.best, answer.certainty)
"""

from .answer import Answer
from .errors import DataError, Error, FormatError, InputOutputError, ModelError, UsageError
from .model import Model
from .version import __version__

__all__ = ["Answer", "DataError", "Error", "FormatError", "InputOutputError", "Model", "ModelError", "UsageError", "__version__"]
