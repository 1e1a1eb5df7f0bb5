"""Real pretrained image networks through `module:` sites: answers, reads, edits and gradients."""

import pytest
import torch

import cutaway
from cutaway.models import Replace, Scale, Zero
from tests.real import mobilenet
from tests.real.mobilenet import V1, V2

FILES = (V1, V2, mobilenet.PHOTOS, mobilenet.LABELS)
pytestmark = pytest.mark.skipif(
    not all(path.exists() for path in FILES), reason=f"no pretrained networks and photos at {mobilenet.VISION}"
)

PARROT, COFFEE = "coral_parrot.jpg", "sk_coffee.png"
CATS = ["coral_cat.bmp", "coral_cat_test_0.bmp", "coral_cat_train_0.bmp", "sk_chelsea.png"]
MACAW, ESPRESSO = 89, 968  # rows of the file of labels


@pytest.fixture(scope="module")
def models():
    return {path: cutaway.load(mobilenet.MobileNet(path)) for path in (V1, V2)}


@pytest.fixture
def small(models):
    return models[V1]


@pytest.fixture
def images():
    return mobilenet.photos([PARROT, COFFEE], 128)


@pytest.fixture
def hook():
    """Hang a forward hook on a part of a module; it is gone after the test."""
    handles = []
    yield lambda part, function: handles.append(part.register_forward_hook(function))
    for handle in handles:
        handle.remove()


def plain(module, images):
    with torch.no_grad():
        return module(images)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (V1, {PARROT: ("macaw", 0.80), COFFEE: ("espresso", 0.83)}),
        (V2, {PARROT: ("macaw", 0.999), COFFEE: ("espresso", 0.985), "coral_hotdog_test_0.bmp": ("hotdog", 0.99)}),
    ],
)
def test_photos_get_their_names_and_the_known_probabilities(models, path, expected):
    """Found with a forward pass in numpy elsewhere, which made the photos smaller in a way it does not tell."""
    model = models[path]
    found = model.run(mobilenet.photos(expected, model.module.side)).logits.softmax(-1).max(-1)
    assert [mobilenet.labels()[number] for number in found.indices] == [name for name, _ in expected.values()]
    torch.testing.assert_close(found.values, torch.tensor([p for _, p in expected.values()]), atol=0.05, rtol=0)


@pytest.mark.parametrize("path", [V1, V2])
def test_a_cat_is_named_a_cat(models, path):
    answers = models[path].run(mobilenet.photos(CATS, models[path].module.side)).logits.argmax(-1)
    assert {mobilenet.labels()[number] for number in answers} <= {"tabby", "tiger cat", "Egyptian cat"}


@pytest.mark.parametrize(("path", "modules"), [(V1, 115), (V2, 235)])
def test_every_module_reads_as_a_hook_sees_it_and_the_answer_stays(models, hook, path, modules):
    """Modules: three in each convolution and itself, two in each sum, the pooling, the flattening, the whole."""
    model, seen = models[path], {}
    images = mobilenet.photos([PARROT], model.module.side)
    untouched = plain(model.module, images)
    for name, part in model.module.named_modules():
        hook(part, lambda _, given, output, site=f"module:{name}": seen.update({site: output, f"{site}:in": given[0]}))
    plain(model.module, images)
    assert len(seen) == 2 * modules
    trace = model.run(images, read=seen)
    for site, value in seen.items():
        assert torch.equal(trace[site], value), site
    assert torch.equal(trace.logits, untouched)


def test_zeroing_a_layer_in_one_photo_changes_its_answer_as_a_hook_does(small, images, hook):
    before = plain(small.module, images)
    edited = small.run(images, edit=Zero("module:Conv2d_6_pointwise", row=0)).logits
    hook(small.module.Conv2d_6_pointwise, lambda _, __, output: output * torch.tensor([0.0, 1.0]).view(2, 1, 1, 1))
    assert torch.equal(edited, plain(small.module, images))
    assert before.argmax(-1).tolist() == [MACAW, ESPRESSO]
    assert edited[0].argmax() != MACAW
    assert torch.equal(edited[1], before[1])


def test_an_input_edited_is_the_output_before_it_edited(models, hook):
    """The first input of a sum is its branch; what goes past the branch, the second, must stay."""
    model = models[V2]
    images = mobilenet.photos([PARROT], 224)
    edited = model.run(images, edit=Scale("module:expanded_conv_12_add:in", -1.0)).logits
    hook(model.module.expanded_conv_12_project, lambda _, __, output: -output)
    assert torch.equal(edited, plain(model.module, images))
    assert not torch.equal(edited, model.run(images, edit=Scale("module:expanded_conv_12_add", -1.0)).logits)


def test_a_parrot_with_the_last_features_of_a_cup_is_an_espresso(small, images):
    """Nothing goes past the pooling, so the whole answer moves with it."""
    site = "module:Logits_AvgPool_1a_AvgPool"
    features = small.run(images, read=site)[site]
    patched = small.run(images, edit=Replace(site, features[1], row=0)).logits
    assert patched[0].argmax() == ESPRESSO
    torch.testing.assert_close(patched[0], patched[1])


def test_gradient_at_the_last_features_is_the_row_of_the_last_weights(small, images):
    """The last convolution is linear where its result is within its bounds, as both are here."""
    site, read_out = "module:Logits_AvgPool_1a_AvgPool", small.module.Logits_Conv2d_1c_1x1.conv.weight.detach()
    trace = small.run(images, read=site, gradient_of=lambda logits: logits[:, MACAW])
    torch.testing.assert_close(trace.grad[site], read_out[MACAW].expand(2, -1, 1, 1))
    assert torch.equal(trace.score, trace.logits[:, MACAW])


def test_gradients_inside_are_those_of_autograd_by_hand(small, images, hook):
    kept = {}

    def keep(_, given, output):
        kept["module:Conv2d_3_depthwise:in"], kept["module:Conv2d_3_depthwise"] = given[0], output

    sites = ["module:Conv2d_0:in", "module:Conv2d_3_depthwise:in", "module:Conv2d_3_depthwise"]
    trace = small.run(images, read=sites, gradient_of=lambda logits: logits[:, MACAW] - logits[:, ESPRESSO])
    kept[sites[0]] = pixels = images.clone().requires_grad_()
    hook(small.module.Conv2d_3_depthwise, keep)
    logits = small.module(pixels)
    slopes = torch.autograd.grad((logits[:, MACAW] - logits[:, ESPRESSO]).sum(), [kept[site] for site in sites])
    for site, slope in zip(sites, slopes, strict=True):
        assert slope.abs().max() > 0, site
        torch.testing.assert_close(trace.grad[site], slope, msg=site)
