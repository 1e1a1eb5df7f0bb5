"""Words of which names in code are composed, and the ways of composing them: `pending_orders`, `OrderQueue`."""

from functools import cache

from cutaway.corpus.draw import Draw
from cutaway.corpus.kinds import words

THINGS = words(
    """
    order item user node record event message task file token word point edge line page row column block job report
    ticket invoice account packet sensor device player game card tile cell layer model sample batch window session
    request response handler worker server client channel stream signal frame image pixel shape circle triangle vertex
    face mesh light camera scene room door shelf book author reader chapter note song album track artist concert seat
    flight airport route stop train ship port container crate parcel address street city region river lake mountain
    station trip driver vehicle engine wheel part tool machine factory product price offer discount coupon cart basket
    payment customer supplier contract employee team manager project milestone plan goal lesson course student teacher
    exam grade school question answer quiz recipe ingredient meal dish plate drink table guest reservation hotel tent
    plant flower tree leaf seed garden field farm animal bird nest fish insect herd stable patient doctor clinic dose
    symptom visit ward planet star comet orbit probe mission rocket crew particle atom molecule crystal reading
    measurement experiment trial theory proof rule clause symbol letter digit pattern match query index
    bucket slot cursor branch commit patch build release version package module plugin widget button menu dialog form
    """
)
QUANTITIES = words(
    """
    count total size limit width height depth length offset weight score rank level age rate cost amount balance
    distance speed delay timeout step pace margin threshold capacity volume area radius angle share ratio factor
    mean median year hour minute position priority budget quota bonus penalty tolerance precision
    """
)
TEXTS = words(
    """
    name label title path key prefix suffix text status color kind code header body footer owner folder
    filename pattern line format comment description caption currency country language alias slug state
    """
)
VERBS = words(
    """
    load find count build parse merge filter update remove collect sort check read write print select group split join
    convert compute create fetch store send render draw move copy scan clean validate format resize rotate rank score
    assign match compare combine summarize export index lock unlock open close start stop reset refresh
    register schedule cancel archive restore pack unpack encode decode trim pad expand shrink
    """
)
QUALITIES = words(
    """
    new old active pending valid empty open closed first last next previous raw final local remote free busy visible
    hidden large small cheap broken missing recent stale shared private public primary default common rare late early
    ready blocked selected expired known unknown unique daily weekly nested flat
    """
)
HOLDERS = words(
    """
    queue store list index cache pool registry manager builder parser writer reader loader tracker counter
    scheduler monitor table map graph tree history archive catalog planner router buffer ring log
    """
)
FLAGS = words("verbose strict dry_run force recursive reverse enabled quiet debug done found changed active")

IRREGULAR = {
    "child": "children", "fish": "fishes", "index": "indices", "knife": "knives", "leaf": "leaves", "loaf": "loaves",
    "scarf": "scarves", "shelf": "shelves", "vertex": "vertices",
}  # fmt: skip


@cache
def plural(noun: str) -> str:
    """The plural of the last word of a name."""
    if noun in IRREGULAR:
        return IRREGULAR[noun]
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh", "z")) else "s")


@cache
def camel(name: str) -> str:
    """`pending_order` as `PendingOrder`."""
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))


@cache
def lower_camel(name: str) -> str:
    """`pending_order` as `pendingOrder`."""
    return name[:1] + camel(name)[1:]


def quantity(draw: Draw, thing: str) -> str:
    """A name for a number: `total`, `order_size`, `max_delay`."""
    noun, way = draw.common(QUANTITIES), draw.unit()
    if way < 0.4:
        return noun
    if way < 0.7:
        return f"{thing}_{noun}"
    if way < 0.85:
        return ("max_" if way < 0.78 else "min_") + noun
    return f"{draw.common(QUALITIES)}_{noun}"


def wording(draw: Draw, thing: str) -> str:
    """A name for a text: `label`, `order_path`, `old_title`."""
    noun, way = draw.common(TEXTS), draw.unit()
    if way < 0.5:
        return noun
    return f"{thing}_{noun}" if way < 0.8 else f"{draw.common(QUALITIES)}_{noun}"


def single(draw: Draw, thing: str) -> str:
    """A name for one thing: `order`, `first_order`."""
    return thing if draw.unit() < 0.65 else f"{draw.common(QUALITIES)}_{thing}"


def several(draw: Draw, thing: str) -> str:
    """A name for many things: `orders`, `pending_orders`."""
    return plural(single(draw, thing))


def claim(draw: Draw, thing: str) -> str:
    """A name for yes or no: `strict`, `is_open`, `has_orders`."""
    way = draw.unit()
    if way < 0.4:
        return draw.common(FLAGS)
    return f"is_{draw.common(QUALITIES)}" if way < 0.75 else f"has_{plural(thing)}"


def things_of(draw: Draw) -> list[str]:
    """What a document is about: one thing above all, and two more."""
    first, second, third = draw.common(THINGS), draw.one(THINGS), draw.one(THINGS)
    if second == first:
        second = "item" if first != "item" else "record"
    return [first, second, third]
