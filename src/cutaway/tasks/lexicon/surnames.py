"""Family names that are common in English; none of them is also a first name in `names.py`."""

SURNAMES = (
    "Johnson", "Smith", "Brown", "Miller", "Wilson", "Moore", "Taylor", "Anderson", "Jackson", "White", "Harris",
    "Thompson", "Clark", "Lewis", "Robinson", "Walker", "Young", "Allen", "King", "Wright", "Hill", "Green", "Baker",
    "Nelson", "Carter", "Mitchell", "Roberts", "Turner", "Phillips", "Campbell", "Parker", "Evans", "Edwards",
    "Collins", "Stewart", "Morris", "Murphy", "Cook", "Rogers", "Morgan", "Cooper", "Reed", "Bailey", "Bell", "Ward",
    "Watson", "Brooks", "Bennett", "Gray", "Hughes", "Price", "Foster", "Russell", "Griffin", "Hayes", "Ford",
    "Wallace", "Stone", "Fisher", "Hunter", "Palmer", "Knight", "Spencer", "Wood",
)  # fmt: skip
