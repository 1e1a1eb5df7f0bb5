"""Models compiled by hand, so that every circuit in them is known."""

from cutaway.models.graph import Edge
from cutaway.planted.circuits.line_up import one_layer, two_layer
from cutaway.planted.find import circuit, named_circuits
from cutaway.planted.planted import Planted
from cutaway.planted.random_circuits.circuit import random_circuit
from cutaway.planted.truth import ROLES, Part, Statement, Truth
from cutaway.planted.verify import check, verify

__all__ = [
    "ROLES",
    "Edge",
    "Part",
    "Planted",
    "Statement",
    "Truth",
    "check",
    "circuit",
    "named_circuits",
    "one_layer",
    "random_circuit",
    "two_layer",
    "verify",
]
