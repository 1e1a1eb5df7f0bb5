"""An invented world, the same in every run: who lives in which town at what trade, and in which country a town lies."""

PEOPLE = {  # name: trade, town
    "Mary": ("guard", "Mill"), "John": ("sailor", "Canyon"), "Anna": ("pilot", "Valley"),
    "James": ("banker", "Ridge"), "Sarah": ("farmer", "Thorn"), "David": ("scientist", "Harbor"),
    "Emma": ("dancer", "Frost"), "Michael": ("soldier", "Falcon"), "Laura": ("nurse", "Stone"),
    "Robert": ("painter", "Hollow"), "Alice": ("writer", "Pearl"), "William": ("teacher", "Summit"),
    "Lucy": ("cook", "Fern"), "Richard": ("doctor", "Maple"), "Julia": ("driver", "Silver"),
    "Thomas": ("builder", "Crystal"), "Kate": ("priest", "Raven"), "Charles": ("lawyer", "Brook"),
    "Rachel": ("judge", "Haven"), "Daniel": ("singer", "Amber"), "Jane": ("pilot", "Brook"),
    "Matthew": ("sailor", "Amber"), "Lisa": ("doctor", "Pearl"), "Helen": ("guard", "Thorn"),
    "Paul": ("priest", "Ridge"), "Steven": ("writer", "Summit"), "Andrew": ("scientist", "Fern"),
    "Amy": ("lawyer", "Silver"), "Kevin": ("judge", "Frost"), "Ruth": ("soldier", "Canyon"),
    "Brian": ("teacher", "Maple"), "Claire": ("nurse", "Hollow"), "George": ("dancer", "Crystal"),
    "Susan": ("cook", "Raven"), "Edward": ("banker", "Valley"), "Karen": ("driver", "Falcon"),
    "Peter": ("painter", "Haven"), "Nancy": ("builder", "Harbor"), "Simon": ("singer", "Mill"),
    "Linda": ("farmer", "Stone"), "Jack": ("nurse", "Mill"), "Emily": ("singer", "Fern"),
    "Henry": ("priest", "Canyon"), "Maria": ("driver", "Crystal"), "Adam": ("doctor", "Haven"),
    "Diana": ("scientist", "Brook"), "Ben": ("teacher", "Summit"), "Elizabeth": ("cook", "Pearl"),
    "Jennifer": ("lawyer", "Silver"), "Tom": ("guard", "Maple"), "Jessica": ("pilot", "Falcon"),
    "Tim": ("dancer", "Thorn"), "Amanda": ("judge", "Frost"), "Rebecca": ("builder", "Valley"),
    "Joe": ("sailor", "Raven"), "Michelle": ("soldier", "Ridge"), "Jim": ("farmer", "Harbor"),
    "Stephanie": ("painter", "Stone"), "Bob": ("banker", "Hollow"), "Nicole": ("writer", "Amber"),
}  # fmt: skip

TOWNS = {  # town: country
    "Raven": "Apollo", "Falcon": "Omega", "Summit": "Apollo", "Amber": "Nova", "Maple": "Nova", "Stone": "Titan",
    "Brook": "Aurora", "Mill": "Phoenix", "Haven": "Atlas", "Harbor": "Alpha", "Hollow": "Aurora", "Thorn": "Sierra",
    "Silver": "Alpha", "Pearl": "Delta", "Ridge": "Delta", "Valley": "Sigma", "Canyon": "Eden", "Frost": "Atlas",
    "Crystal": "Luna", "Fern": "Horizon",
}  # fmt: skip

TRADES = tuple(sorted({trade for trade, _ in PEOPLE.values()}))
COUNTRIES = tuple(sorted(set(TOWNS.values())))
