"""The text that drives a head or a neuron hardest."""
