"""The roles of heads in tasks: where a head of each looks, and what it does to the lead of the right answer."""

from dataclasses import dataclass
from typing import Literal

from cutaway.errors.choices import check_choice

Looks = Literal["right", "rival_last", "changed"]
Does = Literal["raises", "lowers", "stands_in", "steers"]


@dataclass(frozen=True)
class Role:
    """A kind of head, known from the position where the answer comes next.

    `looks`: at the right answer where it was said, where the rival was said last, or at the tokens
    that differ between the two prompts of a pair. `does`: raises the lead of the right answer straight, lowers it,
    raises it more when the name movers are gone, or steers where those look. `tasks`: where it is looked for, the first
    one that fits a model, each with the corruption that changes what such a head carries.
    """

    name: str
    looks: Looks
    does: Does
    tasks: tuple[tuple[str, str], ...]
    reference: str

    def __post_init__(self) -> None:
        check_choice("looks", self.looks, Looks)
        check_choice("does", self.does, Does)


IOI = (("ioi", "other-actor"), ("symbolic-ioi", "other-actor"))
WANG = "Wang et al. 2022, arXiv:2211.00593"
COPY_SUPPRESSION = Role("copy_suppression", "right", "lowers", (), "McDougall et al. 2023, arXiv:2310.04625")
NAME_MOVER = Role("name_mover", "right", "raises", IOI, WANG)
ROLES = (
    NAME_MOVER,
    Role("negative_name_mover", "right", "lowers", IOI, WANG),
    Role("backup_name_mover", "right", "stands_in", IOI, WANG),
    Role("s_inhibition", "rival_last", "steers", IOI, WANG),
    Role(
        "fact_mover",
        "changed",
        "raises",
        (("factual-recall", "other-attribute"),),
        "Geva et al. 2023, arXiv:2304.14767: attribute extraction",
    ),
    Role(
        "few_shot",
        "changed",
        "raises",
        (("few-shot-mapping", "other-mapping"),),
        "Olsson et al. 2022, arXiv:2209.11895: pattern-matching heads",
    ),
    Role(
        "translation",
        "changed",
        "raises",
        (("translation", "other-word"),),
        "Olsson et al. 2022, arXiv:2209.11895: translation heads",
    ),
)
