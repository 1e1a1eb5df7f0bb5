"""Scores divided among parts, by direct contributions, gradients and occlusion, each beside its exact counterpart."""
