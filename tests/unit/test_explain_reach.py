"""Words about testing an endpoint: what resolved, what connected, what failed, and why not."""

from dataclasses import replace

import pytest
from hypothesis import given

from portui.explain.explanation import Tone
from portui.explain.reach import explain_reach, explain_testing, explain_untestable, target_words
from portui.operations.reach import Attempt, Failure, NotResolved, Resolved, Tried
from portui.port.endpoint import Locality, Target, Untestable
from portui.port.model import Unreadable
from tests.support.hostile_text import dangers, hostile_text, times
from tests.support.ports import MOMENT, PORT

TARGET = Target("forward.example", 24224)
LITERAL = Target("10.2.0.7", 24224)


def _tried(*attempts: Attempt, resolved: tuple[str, ...] = ("10.2.0.7",)) -> Tried:
    return Tried(TARGET, MOMENT, Resolved(resolved, 0.003), attempts)


def _literal(address: str, failure: Failure | None, locality: Locality | None) -> Tried:
    attempts = (Attempt(address, 0.021, failure, locality),)
    return Tried(Target(address, 24224), MOMENT, None, attempts)


def test_a_connection_is_good_news_in_one_line() -> None:
    told = explain_reach(_tried(Attempt("10.2.0.7", 0.021)), PORT)
    assert told.what == ("forward.example:24224 resolves to 10.2.0.7 in 3 ms; connected in 21 ms")
    assert told.meaning == (
        "Tested 04:36:00 UTC from this machine, without a proxy. Nothing was sent."
    )
    assert told.tone is Tone.GOOD


@pytest.mark.parametrize(
    ("outcome", "what"),
    [
        (
            NotResolved(TARGET, MOMENT, Failure.NAME_UNKNOWN, 0.003),
            "forward.example:24224 doesn't resolve: no such host name (3 ms)",
        ),
        (
            NotResolved(TARGET, MOMENT, Failure.TIMED_OUT, 5.0),
            "forward.example:24224 doesn't resolve: no answer from the name server (5.0 s)",
        ),
        (
            _tried(Attempt("10.2.0.7", 0.02, Failure.REFUSED)),
            "forward.example:24224 resolves to 10.2.0.7 in 3 ms; connection refused after 20 ms",
        ),
        (
            _tried(
                Attempt("10.2.0.7", 2.5, Failure.TIMED_OUT),
                Attempt("10.2.0.8", 0.021),
                resolved=("10.2.0.7", "10.2.0.8", "10.2.0.9", "10.2.0.10", "10.2.0.11"),
            ),
            (
                "forward.example:24224 resolves to 10.2.0.7, 10.2.0.8, 10.2.0.9 "
                "and 2 more in 3 ms; "
                "10.2.0.7 no answer after 2.5 s; connected to 10.2.0.8 in 21 ms"
            ),
        ),
        (
            _tried(
                Attempt("10.2.0.7", 0.9996, Failure.UNREACHABLE), resolved=("10.2.0.7", "10.2.0.8")
            ),
            (
                "forward.example:24224 resolves to 10.2.0.7, 10.2.0.8 in 3 ms; "
                "10.2.0.7 not reachable from here after 1.0 s; 1 more not tried"
            ),
        ),
        (
            _literal("10.2.0.7", Failure.NOT_PERMITTED, None),
            "10.2.0.7:24224: blocked on this machine after 21 ms",
        ),
    ],
)
def test_a_failure_names_what_failed(outcome: NotResolved | Tried, what: str) -> None:
    told = explain_reach(outcome, PORT)
    assert told.what == what
    assert told.tone is (Tone.GOOD if "connected" in what else Tone.BAD)


@pytest.mark.parametrize(
    ("address", "locality", "what", "meaning"),
    [
        ("127.0.0.1", Locality.LOOPBACK, "(this machine)", "always the machine that uses it"),
        ("10.0.0.5", Locality.OWN, "(this machine)", "one of this machine's own"),
        ("169.254.1.1", Locality.LINK_LOCAL, "(link-local)", "different host on each network"),
        ("0.0.0.0", Locality.UNSPECIFIED, "(this machine)", "to the machine that uses it"),
    ],
)
def test_an_address_of_this_machine_says_so_and_is_no_good_news(
    address: str, locality: Locality, what: str, meaning: str
) -> None:
    told = explain_reach(_literal(address, None, locality), PORT)
    assert told.what == f"{address}:24224: connected in 21 ms {what}"
    assert meaning in told.meaning
    assert told.tone is Tone.UNSURE
    refused = explain_reach(_literal(address, Failure.REFUSED, locality), PORT)
    assert refused.what == f"{address}:24224: connection refused after 21 ms {what}"


def test_a_cluster_ip_that_cannot_be_reached_says_where_it_can() -> None:
    failed = _tried(Attempt("10.2.0.7", 5.0, Failure.TIMED_OUT))
    said = "A ClusterIP is reachable only inside its cluster."
    assert said in explain_reach(failed, replace(PORT, kind="ClusterIP")).meaning
    assert said not in explain_reach(failed, PORT).meaning
    connected = _tried(Attempt("10.2.0.7", 0.1))
    assert said not in explain_reach(connected, replace(PORT, kind="ClusterIP")).meaning


def test_every_failure_has_words() -> None:
    for failure in Failure:
        assert explain_reach(NotResolved(TARGET, MOMENT, failure, 0.1), PORT).what
        assert explain_reach(_tried(Attempt("10.2.0.7", 0.1, failure)), PORT).what


def test_the_target_is_named_in_full_unless_it_is_very_long() -> None:
    assert explain_testing(TARGET) == "Testing forward.example:24224… Esc cancels"
    assert target_words(Target("2001:db8::1", 443)) == "[2001:db8::1]:443"
    long = target_words(Target("forward." + "a" * 60 + "." + "b" * 60 + ".evil.example", 24224))
    assert len(long) == 91
    assert long.startswith("forward.aaa")
    assert long.endswith("bbb.evil.example:24224")


@pytest.mark.parametrize("why", Untestable)
@times(20)
@given(endpoint=hostile_text)
def test_what_cannot_be_tested_says_why_in_a_line_that_is_safe(
    why: Untestable, endpoint: str
) -> None:
    for value in (endpoint, Unreadable(endpoint or None)):
        said = explain_untestable(why, replace(PORT, endpoint=value))
        assert said
        assert len(said) < 80
        assert dangers(said) == []
