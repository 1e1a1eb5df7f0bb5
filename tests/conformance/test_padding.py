"""Padded batches, whatever the position scheme: rows give the numbers of their prompts alone."""

import pytest
import torch

from tests.conformance.families import BUILDERS, build

SHORT, LONG = [0, 5, 9, 5, 9], [0, 7, 7, 1, 12, 40, 3, 8]
IN_ATTENTION = ("scores", "pattern")


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_padded_rows_give_the_numbers_of_the_unpadded_prompts(name, side):
    model = build(name)
    tokens, mask = model.pad([SHORT, LONG], side=side)
    sites = [site for site in model.sites if site.name != "pos_embed"]
    together = model.run(tokens, mask=mask, read=sites)
    for row, prompt in enumerate([SHORT, LONG]):
        alone = model.run(torch.tensor([prompt]), read=sites)
        real = mask[row].bool()
        torch.testing.assert_close(together.logits[row, real], alone.logits[0], rtol=1e-4, atol=1e-4)
        for site in sites:
            found, expected = together[site][row], alone[site][0]
            if site.name in IN_ATTENTION:  # the padding has no weight, and a sink stays the last column
                columns = torch.cat((real, real.new_ones(found.shape[-1] - len(real))))
                found = found[:, real][:, :, columns]
                visible = alone[f"pattern.{site.layer}"][0] > 0
                found, expected = found[visible], expected[visible]
            else:
                found = found[real]
            torch.testing.assert_close(
                found, expected, rtol=1e-4, atol=1e-4, msg=lambda text, site=site: f"{site}: {text}"
            )


def test_a_mask_of_another_shape_is_refused():
    from cutaway.errors.models import PromptError

    with pytest.raises(PromptError, match=r"mask has shape \(1, 3\)"):
        build("gpt2").run(torch.tensor([SHORT]), mask=torch.ones(1, 3, dtype=torch.long))


def test_a_row_of_nothing_but_padding_is_refused():
    from cutaway.errors.models import PromptError

    with pytest.raises(PromptError, match="no token in it"):
        build("gpt2").run(torch.tensor([SHORT, SHORT]), mask=torch.tensor([[1] * 5, [0] * 5]))
