"""Mistakes with patches: subspaces that do not fit, interchanges without a change, models that do not line up."""

from collections.abc import Sequence

from cutaway.errors.base import CutawayError


class WindowError(CutawayError):
    """A window of layers that holds no layer, or a site that is in none."""

    def __init__(self, width: int, site: str, fault: str) -> None:
        super().__init__(
            f"there are no windows of {width} layers of '{site}': {fault}.\n"
            "  Windows are of a site of every layer and have at least one: site='mlp_out', width=3"
        )


class FeatureAxisError(CutawayError):
    """A subspace at a site whose activations are not one vector at each place."""

    def __init__(self, site: str, fault: str, advice: str) -> None:
        super().__init__(f"there is no subspace of '{site}': {fault}.\n  {advice}")


class SubspaceSizeError(CutawayError):
    """A subspace that is empty, larger than its site, or has other features."""

    def __init__(self, site: str, fault: str, features: int) -> None:
        super().__init__(
            f"the subspace does not fit '{site}': {fault}.\n"
            f"  It has {features} features: sizes are 1 to {features}, directions [direction, {features}]."
        )


class NoReaderError(CutawayError):
    """A split into what is read and what is not, at a site that several maps read."""

    def __init__(self, site: str) -> None:
        super().__init__(
            f"no one map reads '{site}', so that there is no row space to split a direction by.\n"
            "  mlp_post is read by W_out, and z of one head by W_O: site='mlp_post.1', or site='z.1', head=0;\n"
            "  a map of your own: reader=weight, of shape [feature, out]"
        )


class PlaceOutsideError(CutawayError):
    """A position that some prompt does not have."""

    def __init__(self, position: int, row: int, length: int) -> None:
        super().__init__(
            f"there is no position {position} in prompt {row}: it has {length} tokens.\n"
            "  Positions count real tokens of each prompt, negative ones from its end: position=-1"
        )


class NoChangedAnswerError(CutawayError):
    """Interchanges of a variable that leave every answer as it is."""

    def __init__(self, variable: str, rows: int) -> None:
        super().__init__(
            f"putting '{variable}' of the source into the base changes the answer on none of {rows} prompts.\n"
            "  Only pairs whose answer changes are counted: draw sources whose variable has another value;\n"
            "  or does answer(tokens, values) not depend on its values?"
        )


class SharedExamplesError(CutawayError):
    """Examples that are both trained on and held out."""

    def __init__(self, shared: int, held_out: int) -> None:
        super().__init__(
            f"{shared} of {held_out} held-out pairs of base and source are among the training pairs.\n"
            "  What was trained on proves nothing: draw them apart, or drop the shared ones:\n"
            "  held_out.without(train)"
        )


class UnequalModelsError(CutawayError):
    """Activations of one model that cannot go into another."""

    def __init__(self, one: str, other: str, differences: Sequence[str]) -> None:
        super().__init__(
            f"activations of '{other}' do not fit into '{one}': {'; '.join(differences)}.\n"
            "  Patch between models of one shape: seeds, checkpoints, a fine-tuned model and its base;\n"
            f"  what each has: model.shape, or cutaway sites {one}"
        )


class NoSubjectError(CutawayError):
    """Causal tracing of a prompt in which nothing is to be corrupted."""

    def __init__(self, fault: str) -> None:
        super().__init__(
            f"there is no subject to corrupt: {fault}.\n"
            "  `subject` is True at the tokens that noise is added to: pairs.clean != pairs.corrupted"
        )
