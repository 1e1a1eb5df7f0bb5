"""Whatever is asked of any address, the site answers, and never by breaking."""

import random
import string

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error

from cutaway.web.app import create_app
from cutaway.web.routes import all_routers
from tests.web.conftest import moderate, visit

HERE = {"Host": "localhost"}
PARTS = ["number", "key", "slug", "name", "table", "ending", "id", "kind", "step", "stamp"]
ALPHABET = string.printable + "äß漢🦓\u202e\u200b%/\\.."


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_every_operation_of_the_openapi_survives_what_schemathesis_makes_of_it(busy):
    schema = schemathesis.openapi.from_asgi("/openapi.json", create_app(busy), headers=HERE)
    tried = set()
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=8, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
        )
        @given(case=operation.as_strategy())
        def ask(case):
            case.call_and_validate(checks=[not_a_server_error], headers=HERE)

        ask()
        tried.add((operation.method.lower(), operation.path))
    assert ("get", "/problems") in tried
    assert ("post", "/problems/{number}/propose/{kind}") in tried
    assert len(tried) > 40


@pytest.mark.parametrize("seed", range(6))
def test_random_words_in_every_place_of_an_address_break_nothing(busy, seed):
    rng = random.Random(seed)
    browser = visit(busy)
    for route in (route for router in all_routers() for route in router.routes if "GET" in route.methods):
        path = route.path
        for part in PARTS:
            word = "".join(rng.choices(ALPHABET, k=rng.randint(1, 12)))
            path = path.replace(f"{{{part}}}", "".join(f"%{byte:02X}" for byte in word.encode()))
        asked = {
            rng.choice(["q", "sort", "before", "offset", "study", "a", "token"]): str(rng.randint(-(10**25), 10**25))
        }
        assert browser.get(path, params=asked).status_code < 500, path


@pytest.mark.parametrize("number", ["0", "-1", "9007199254740993", "10" * 20, "1.5", "x"])
def test_numbers_that_no_database_holds_are_not_there(site, number):
    for browser in (visit(site), moderate(site)):
        for address in (f"/contributions/{number}", f"/views/{number}", f"/contributions/{number}/edit"):
            assert browser.get(address).status_code in (403, 404, 422), address
        assert browser.post(f"/contributions/{number}/approve").status_code in (403, 404, 422)
        assert browser.post(f"/views/{number}/remove").status_code in (303, 404, 422)
