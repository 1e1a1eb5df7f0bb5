"""What models of images share: pixels go in, one row of class scores an image comes out."""

from cutaway.models.anatomy.layout import Inputs

PIXELS = Inputs(names=("pixel_values",))
CLASSES = ("batch", "class")
PLACED = "its position embedding is a parameter, added before embed is read"
