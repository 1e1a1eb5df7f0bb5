"""What a name means: the zoo's model as text, the user's own folder as a path."""

from pathlib import Path

import cutaway
from cutaway.models.load import quietly
from cutaway.zoo import address
from tests.conformance.families import build


def test_a_path_is_a_folder_even_where_the_zoo_has_that_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with quietly():
        build("gpt2").module.save_pretrained("sort")
    assert type(cutaway.load(Path("sort")).module).__name__ == "GPT2LMHeadModel"
    assert type(cutaway.load("./sort").module).__name__ == "GPT2LMHeadModel"
    assert cutaway.load("sort").shape.n_layers == address.address("sort").recipe.config.n_layers == 1
