"""How parts of a model read what earlier parts write: seen in the weights alone, and on one input."""
