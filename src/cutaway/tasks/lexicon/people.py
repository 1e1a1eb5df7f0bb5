"""People, animals and things that sentences are about, with their plurals."""

PEOPLE = {
    "boy": "boys", "girl": "girls", "teacher": "teachers", "doctor": "doctors", "farmer": "farmers", "king": "kings",
    "student": "students", "driver": "drivers", "soldier": "soldiers", "singer": "singers", "writer": "writers",
    "player": "players", "worker": "workers", "artist": "artists", "lawyer": "lawyers", "nurse": "nurses",
    "friend": "friends", "guest": "guests", "neighbor": "neighbors", "parent": "parents", "manager": "managers",
    "officer": "officers", "priest": "priests", "guard": "guards", "visitor": "visitors",
}  # fmt: skip
THINGS = {
    "key": "keys", "book": "books", "table": "tables", "car": "cars", "picture": "pictures", "letter": "letters",
    "bottle": "bottles", "window": "windows", "door": "doors", "machine": "machines", "house": "houses",
    "tree": "trees", "box": "boxes", "chair": "chairs", "road": "roads", "garden": "gardens", "bridge": "bridges",
    "ship": "ships", "plate": "plates", "stone": "stones", "lamp": "lamps", "camera": "cameras",
    "computer": "computers", "river": "rivers", "phone": "phones",
}  # fmt: skip
