"""First names that are common in English, most of them one token in the vocabularies of language models."""

WOMEN = (
    "Mary", "Anna", "Sarah", "Emma", "Laura", "Alice", "Lucy", "Julia", "Kate", "Rachel", "Jane", "Lisa", "Helen",
    "Rose", "Grace", "Amy", "Ruth", "Claire", "Susan", "Karen", "Nancy", "Linda", "Emily", "Maria", "Diana", "Victoria",
    "Elizabeth", "Jennifer", "Jessica", "Amanda", "Rebecca", "Michelle", "Stephanie", "Nicole", "Hannah", "Sophie",
    "Olivia", "Charlotte", "Eva", "Sara", "Ellen", "Margaret", "Barbara", "Patricia", "Sandra", "Donna", "Carol",
    "Lily", "Mia", "Sue", "Ann",
)  # fmt: skip

MEN = (
    "John", "James", "David", "Michael", "Robert", "William", "Richard", "Thomas", "Charles", "Daniel", "Matthew",
    "Mark", "Paul", "Steven", "Andrew", "Kevin", "Brian", "George", "Edward", "Peter", "Simon", "Jack", "Henry", "Adam",
    "Alex", "Ben", "Sam", "Tom", "Tim", "Max", "Joe", "Jim", "Bob", "Bill", "Mike", "Nick", "Chris", "Martin", "Eric",
    "Scott", "Ryan", "Jason", "Justin", "Anthony", "Patrick", "Frank", "Roger", "Luke", "Oscar", "Leo", "Ian",
)  # fmt: skip

NAMES = tuple(name for pair in zip(WOMEN, MEN, strict=True) for name in pair)
