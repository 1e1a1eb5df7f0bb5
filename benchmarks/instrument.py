"""What reading costs, against the plain module: every site, patterns, one layer of a corpus, a tiny model, loading.

Run it with `make bench`. A random model of GPT-2 small's shape, float32, two threads. Every ratio comes from one
process, the cases taking turns; the number is the median of the rounds' ratios. Beside reading every site stands
its floor: bare hooks of torch that keep the same tensors alive and do nothing else. Peak memory is that of a fresh
process for each length of corpus.
"""

import statistics
import tempfile
import time

import torch
import transformers as hf
from peak import peak_memory

import cutaway
from cutaway.models import wrap
from cutaway.models.accumulators import Covariance, Histogram, Moments, Quantiles, TopK
from cutaway.models.load import quietly

THREADS, ROWS, LENGTH, ROUNDS = 2, 8, 64, 9
TINY_ROUNDS = 400
CORPORA = (1_000, 10_000, 100_000)  # tokens


def small():
    torch.manual_seed(0)
    return wrap(hf.GPT2LMHeadModel(hf.GPT2Config()), name="gpt2-small-shaped")


def tokens_of(model, rows, length=LENGTH):
    return torch.randint(0, model.shape.d_vocab, (rows, length), generator=torch.Generator().manual_seed(0))


def seconds(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turns(cases, rounds):
    """Seconds of every case in every round; a round goes through all of them, after one that does not count."""
    for work in cases.values():
        work()
    return [{name: seconds(work) for name, work in cases.items()} for _ in range(rounds)]


def ratio(rounds, case, base):
    return statistics.median(each[case] / each[base] for each in rounds)


def line(what, value, bar):
    print(f"  {what}: {value:.3f} (bar {bar:g})")


@torch.no_grad()
def plain(model, tokens):
    model.module(tokens, use_cache=False)


def eager(model, tokens):
    model.module.set_attn_implementation("eager")
    plain(model, tokens)
    model.module.set_attn_implementation("sdpa")


def bare_hooks(model, tokens, sites):
    """Torch's own hooks at the same modules, keeping what passes."""
    kept, handles = [], []
    for site in sites:
        tap = model.taps[site]
        part = model.module.get_submodule(tap.path)
        if tap.when == "before":
            handles.append(part.register_forward_pre_hook(lambda _, args: kept.append(args)))
        else:
            handles.append(part.register_forward_hook(lambda _, __, output: kept.append(output)))
    plain(model, tokens)
    for handle in handles:
        handle.remove()


def outside_attention(model):
    """Every site but patterns (and what else exists only inside attention) and per-head results."""
    return [site for site in model.sites if not model.taps[site].in_attention and site.name != "result"]


def reading():
    model = small()
    tokens, sites = tokens_of(model, ROWS), outside_attention(model)
    cases = {
        "plain": lambda: plain(model, tokens),
        "every site": lambda: model.run(tokens, read=sites),
        "bare hooks": lambda: bare_hooks(model, tokens, sites),
        "eager": lambda: eager(model, tokens),
        "patterns": lambda: model.run(tokens, read="pattern"),
    }
    rounds = in_turns(cases, ROUNDS)
    base = statistics.median(each["plain"] for each in rounds)
    print(f"reading, {ROWS} x {LENGTH} tokens, plain forward {1e3 * base:.0f} ms")
    line(f"{len(sites)} sites outside attention / plain", ratio(rounds, "every site", "plain"), 1.1)
    print(f"  floor, bare hooks that keep the same / plain: {ratio(rounds, 'bare hooks', 'plain'):.3f}")
    line("patterns / the model's own eager attention", ratio(rounds, "patterns", "eager"), 1.15)


def one_layer():
    """A scan of the middle layer against the first half of the model alone, on the same batches."""
    model = small()
    batches, layer = tokens_of(model, 4 * ROWS).split(ROWS), model.shape.n_layers // 2 - 1
    half = hf.GPT2Model(hf.GPT2Config(n_layer=layer + 1)).eval()
    half.load_state_dict(model.module.transformer.state_dict(), strict=False)

    @torch.no_grad()
    def bare():
        for batch in batches:
            half(batch, use_cache=False)

    def streamed():
        model.scan(batches, read=f"resid_post.{layer}", into=Moments())

    rounds = in_turns({"bare": bare, "scan": streamed}, ROUNDS)
    line("one layer of a corpus into moments / bare forward to that layer", ratio(rounds, "scan", "bare"), 1.05)


def tiny():
    """Microseconds, on a model whose own pass takes less than a millisecond; one thread, as such models want."""
    torch.set_num_threads(1)
    config = hf.GPT2Config(vocab_size=61, n_embd=32, n_head=4, n_layer=3, n_positions=32)
    model = wrap(hf.GPT2LMHeadModel(config), name="tiny")
    tokens, sites = tokens_of(model, 2, 4), outside_attention(model)
    cases = {
        "plain": lambda: plain(model, tokens),
        "run": lambda: model.run(tokens),
        "every site": lambda: model.run(tokens, read=sites),
        "bare hooks": lambda: bare_hooks(model, tokens, sites),
    }
    rounds = in_turns(cases, TINY_ROUNDS)
    middle = {name: 1e6 * statistics.median(each[name] for each in rounds) for name in cases}
    print(f"tiny model, plain forward {middle['plain']:.0f} microseconds")
    line("added per run, microseconds", middle["run"] - middle["plain"], 150)
    line("per site read, microseconds", (middle["every site"] - middle["run"]) / len(sites), 15)
    print(f"  floor, a bare hook put in and taken out: {(middle['bare hooks'] - middle['plain']) / len(sites):.1f}")
    torch.set_num_threads(THREADS)


def loading():
    with tempfile.TemporaryDirectory() as folder:
        module = hf.GPT2LMHeadModel(hf.GPT2Config())
        with quietly():
            module.save_pretrained(folder)
        cases = {
            "transformers": lambda: hf.GPT2LMHeadModel.from_pretrained(folder),
            "cutaway": lambda: cutaway.load(folder),
        }
        with quietly():
            rounds = in_turns(cases, ROUNDS)
        added = statistics.median(each["cutaway"] - each["transformers"] for each in rounds)
    print("loading")
    line("milliseconds added to from_pretrained", 1e3 * added, 50)
    line("milliseconds to wrap a module in memory", 1e3 * seconds(lambda: wrap(module, name="again")), 50)
    places = [weight.data_ptr() for weight in module.parameters()]
    kept = places == [weight.data_ptr() for weight in wrap(module, name="again").module.parameters()]
    print(f"  weights stay where they are: {kept}")


def scan_first_layer(count):
    """Into five accumulators; only the first block runs."""
    torch.set_num_threads(THREADS)
    model, draw = small(), torch.Generator().manual_seed(0)
    shape = (ROWS, LENGTH)
    batches = (
        torch.randint(0, model.shape.d_vocab, shape, generator=draw) for _ in range(-(-count // (ROWS * LENGTH)))
    )
    into = [Moments(), TopK(k=5), Histogram(-10.0, 10.0), Quantiles(), Covariance()]
    model.scan(batches, read="resid_post.0", into=into)


if __name__ == "__main__":
    torch.set_num_threads(THREADS)
    reading()
    one_layer()
    tiny()
    loading()
    for count in CORPORA:
        print(f"peak memory of a scan, {count:,} tokens: {peak_memory('instrument', f'scan_first_layer({count})')} MB")
