"""Mistakes with accumulators: batches they cannot take, merges they cannot make, folders they must not write in."""

from collections.abc import Mapping

from cutaway.errors.base import CutawayError


class AccumulatorSettingError(CutawayError):
    """A setting or an argument of an accumulator that makes no sense."""

    def __init__(self, call: str, rule: str, example: str) -> None:
        super().__init__(f"{call} cannot be used: {rule}.\n  for example: {example}")


class UnevenBatchError(CutawayError):
    """A batch whose values, rows, positions and tokens do not number the same."""

    def __init__(self, samples: int | None, shapes: Mapping[str, tuple[int, ...]]) -> None:
        fault = "its values have no sample axis" if samples is None else f"it has values of {samples} samples"
        said = "".join(f"\n  {name}: shape {shape}" for name, shape in shapes.items())
        wanted = "n" if samples is None else str(samples)
        super().__init__(
            f"this batch cannot be taken: {fault}, and row, position and token are numbered one a sample.{said}\n"
            f"  Give each of them shape ({wanted},); flatten batch and pos first: values.flatten(0, 1)"
        )


class ChangedFeaturesError(CutawayError):
    """A batch whose features differ in shape or precision from those before it."""

    def __init__(self, accumulator: str, before: str, now: str) -> None:
        super().__init__(
            f"{accumulator} has seen features of {before}, and this batch has {now}.\n"
            f"  One accumulator is for one site: start another with empty(), or cast: values.float()"
        )


class MergeError(CutawayError):
    """Two accumulators that did not measure the same thing."""

    def __init__(self, mine: str, other: str, fault: str) -> None:
        super().__init__(
            f"{mine} cannot take in {other}: {fault}.\n"
            f"  Merge what was begun with empty() from the same accumulator, and scanned the same site."
        )


class NonFiniteError(CutawayError):
    """A value that would spoil the result without a trace."""

    def __init__(self, accumulator: str, value: float, row: int, position: int, feature: int) -> None:
        super().__init__(
            f"{accumulator} met {value} in feature {feature} at row {row}, position {position}.\n"
            f"  Look at that sequence, or leave such samples out: keep = values.flatten(1).isfinite().all(1)"
        )


class NothingSeenError(CutawayError):
    """A result was asked for before any sample was seen."""

    def __init__(self, accumulator: str) -> None:
        super().__init__(
            f"{accumulator} has seen no sample yet, so it has no result.\n"
            f"  Give it some first: accumulator.add(Seen(values, row, position, token))"
        )


class TooManyFeaturesError(CutawayError):
    """A covariance matrix that would not fit in memory."""

    def __init__(self, features: int, limit: int) -> None:
        super().__init__(
            f"the covariance of {features} features is a matrix of {8 * features**2 / 2**30:.1f} GiB; "
            f"the limit is {limit} features.\n"
            f"  Read fewer of them, values[:, chosen], or only the variances: Moments()"
        )


class SinkFolderError(CutawayError):
    """A folder that already holds the parts of another scan."""

    def __init__(self, sink: str, folder: str, found: str) -> None:
        super().__init__(
            f"{sink} will not write in '{folder}': it already holds {found}.\n"
            f"  Choose an empty folder, or one per site and shard: {sink}(folder).named('z.5')"
        )


class SinkNameError(CutawayError):
    """A name that is not the name of one folder."""

    def __init__(self, asked: str) -> None:
        super().__init__(
            f"'{asked}' cannot name the folder of a sink: a name is one step, with no slash, and not dots alone.\n"
            f"  for example: sink.named('z.5').named('shard-3')"
        )
