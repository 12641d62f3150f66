"""Words for every error and outcome: none is missing, and untrusted text can't break any."""

from collections.abc import Iterator
from dataclasses import is_dataclass, replace
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Final, TypeGuard, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.api import errors
from portui.api.errors import RefusedError, ServiceError
from portui.credentials import Source, TokenStoreError
from portui.explain.edits import change_words, explain_mistake, field_at_fault, new_value, old_value
from portui.explain.errors import (
    NOTHING_SENT,
    explain_error,
    explain_failed_read,
    explain_other_port,
    own_words,
)
from portui.explain.explanation import Action, Explanation, Tone
from portui.explain.outcomes import (
    explain_check,
    explain_delete,
    explain_save,
)
from portui.explain.startup import explain_bad_token, explain_startup
from portui.explain.tokens import explain_keyring, explain_keyring_failure, explain_source
from portui.journal import Call, Entry, Intent
from portui.operations import write
from portui.operations.check import CheckOutcome
from portui.operations.delete import AlreadyDeleted, Deleted, DeleteOutcome, StillExists
from portui.operations.look_up import Reading, says_no_such_port
from portui.operations.save import DifferentValues, NotConfirmed, NothingToSave, Saved, SaveOutcome
from portui.operations.write import (
    DifferentPort,
    NoSuchPort,
    NotSent,
    ReadBackFailure,
    Stopped,
    StoppedWaiting,
    Unknown,
)
from portui.port.editing import Change, Mistake
from portui.port.model import EDITABLE, Field, Port
from portui.settings import ConfigError, InvalidOriginError, InvalidTokenError, OptionsError, Token
from portui.settings.keymap import InvalidKeyError
from portui.tui.actions.notices import result_of_delete, result_of_save
from tests.support.hostile_text import WORST, dangers, hostile_text, times
from tests.support.ports import MOMENT, PORT, PORT_ID, any_port, reading_of

_LONGEST_ERROR: Final = 500  # characters, `what` and `meaning` together
_LONGEST_OUTCOME: Final = 2_000
_FRONTEND, _BACKEND = Field.FRONTEND_PORT, Field.BACKEND_PORT

_texts = hostile_text | st.just(WORST)
_statuses = st.sampled_from([200, 204, 302, 400, 401, 403, 404, 408, 409, 410, 422, 429, 500, 503])
_numbers = st.integers() | st.just(10**4_000)
_changes = st.builds(
    lambda values: Change(tuple((f, values[f]) for f in EDITABLE if f in values)),
    st.dictionaries(
        st.sampled_from(EDITABLE), _texts | st.integers(1, 65_535), min_size=1, max_size=4
    ),
)


# --- every value that a type allows ---


def _facts_of(kind: type) -> dict[str, Any]:
    """Return the names and types of an error's or an outcome's facts."""
    return get_type_hints(kind) if is_dataclass(kind) else {}


def _anything_of(hint: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - any type hint
    """Return values of a type as errors and outcomes have them; texts are hostile."""
    if hint in _BY_TYPE:
        return _BY_TYPE[hint]
    if get_origin(hint) in (Union, UnionType):
        return st.one_of(*map(_anything_of, get_args(hint)))
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    if issubclass(hint, ServiceError):
        return st.one_of(*(_built(kind) for kind in _leaves(hint)))
    return _built(hint)


_BY_TYPE: Final[dict[Any, st.SearchStrategy[Any]]] = {
    type(None): st.none(),
    bool: st.booleans(),
    str: _texts,
    int: _numbers,
    errors.Peer: st.builds(errors.Peer, _texts, st.booleans()),
    float: st.floats(0, 1e12),
    Reading: any_port.map(reading_of),
}


def _built(kind: type) -> st.SearchStrategy[Any]:
    """Return instances of a dataclass, or of an error without facts."""
    drawn = {name: _anything_of(hint) for name, hint in _facts_of(kind).items()}
    if "status" in drawn:
        drawn["status"] = _statuses
    return st.builds(kind, **drawn)


def _tree(root: type[ServiceError] = ServiceError) -> Iterator[type[ServiceError]]:
    """Yield the errors below `root` that the `errors` module defines, depth first."""
    for kind in root.__subclasses__():
        if kind.__module__ == errors.__name__:
            yield kind
            yield from _tree(kind)


def _leaves(root: type[ServiceError] = ServiceError) -> list[type[ServiceError]]:
    """Return the errors that are raised: those without subclasses."""
    return [kind for kind in (root, *_tree(root)) if not list(_tree(kind))]


ERRORS: Final[list[type[ServiceError]]] = [ServiceError, *_tree()]
LEAVES: Final = _leaves()
each_error: Final = pytest.mark.parametrize("kind", LEAVES, ids=[k.__name__ for k in LEAVES])


def _stranger_to(kind: type[ServiceError]) -> type[ServiceError]:
    """Return a new sibling of an error, which has no words yet."""
    return type("Stranger", (kind.__bases__[0],), {})


def _check(explanation: Explanation, longest: int) -> None:
    assert dangers(explanation.what) == []
    assert dangers(explanation.meaning) == []
    assert explanation.what.strip()
    assert len(explanation.what) + len(explanation.meaning) <= longest
    assert all(isinstance(action, Action) for action in explanation.next)


def _check_phrase(words: str) -> None:
    assert dangers(words) == []
    assert words.strip()
    assert len(words) <= _LONGEST_ERROR


# --- errors ---


def test_the_error_tree_matches_its_docstring() -> None:
    drawn = {name for name in str(errors.__doc__).split() if hasattr(errors, name)}
    assert {kind.__name__ for kind in ERRORS} == drawn


@each_error
@times(40)
@given(data=st.data())
def test_every_error_has_words_of_its_own(kind: type[ServiceError], data: st.DataObject) -> None:
    error = data.draw(_built(kind))
    assert explain_error(error).what != _words_for_a_stranger(kind, error).what


def _words_for_a_stranger(kind: type[ServiceError], error: ServiceError) -> Explanation:
    """Return the explanation of an error that has the same facts but no words of its own."""
    stranger = _stranger_to(kind)
    facts = [getattr(error, name) for name in _facts_of(stranger)]
    return explain_error(stranger(*facts))


def test_an_error_without_words_of_its_own_gets_a_default_explanation() -> None:
    for kind in LEAVES:
        stranger = _stranger_to(kind)
        error = stranger(*(418 for _ in _facts_of(stranger)))
        said = explain_error(error)
        assert said == _words_for_a_stranger(stranger, error)
        _check(said, _LONGEST_ERROR)


@times(300)
@given(st.one_of(*(_built(kind) for kind in ERRORS)))
def test_the_explanation_of_any_error_is_safe_and_short(error: ServiceError) -> None:
    _check(explain_error(error), _LONGEST_ERROR)
    assert explain_error(error).tone is Tone.BAD


@each_error
def test_every_reason_for_an_error_has_words_of_its_own(kind: type[ServiceError]) -> None:
    for name, reasons in _facts_of(kind).items():
        if _is_enum(reasons):
            said = {explain_error(_sample(kind, **{name: reason})).what for reason in reasons}
            assert len(said) == len(reasons)


def _is_enum(hint: object) -> TypeGuard[type[Enum]]:
    return isinstance(hint, type) and issubclass(hint, Enum)


def _sample(kind: type[ServiceError], **facts: object) -> ServiceError:
    """Return an error with these facts, and with plain values for the others."""
    peer = errors.Peer("h.example")
    plain = {
        "peer": peer,
        "status": 200,
        "untrusted": True,
        "seconds": 30.0,
        "retry_after": 1.0,
        **facts,
    }
    return kind(*(plain.get(name, "x") for name in _facts_of(kind)))


@pytest.mark.parametrize(
    ("status", "what", "next_"),
    [
        (401, "The service rejected the token", (Action.TOKEN,)),
        (410, "The token was revoked", (Action.TOKEN,)),
        (403, "Not allowed: no · why", ()),
        (404, "The service doesn't know this call (404): no · why", (Action.REFRESH,)),
        (409, "The service refused: no · why", ()),
        (422, "The service refused: no · why", ()),
    ],
)
def test_a_refusal_quotes_the_service_and_offers_the_action_that_helps(
    status: int, what: str, next_: tuple[Action, ...]
) -> None:
    said = explain_error(RefusedError(status, "no", "why"))
    assert (said.what, said.next) == (what, next_)
    assert "no · why" in said.what + said.meaning


def test_a_refusal_mentions_its_quota_or_a_missing_reason() -> None:
    assert own_words(RefusedError(403, "quota exceeded", None, 10, 0)).endswith("0 of 10 left")
    assert own_words(RefusedError(403, "quota exceeded", None, 10)) == "quota exceeded"
    assert own_words(RefusedError(422, "")) == "no reason given"


@pytest.mark.parametrize(
    ("message", "about_a_port"),
    [
        ("pipeline port not found", True),
        ("Port not found", True),
        ("no such pipeline port", True),
        ("not found", False),
        ("404 page not found", False),
        ("route not found", False),
        ("pipeline not found", False),
        ("no route on port 8080", False),
        ("no report of this", False),
        ("", False),
    ],
)
def test_only_a_404_about_a_port_is_explained_as_no_such_port(
    message: str, *, about_a_port: bool
) -> None:
    error = RefusedError(404, message)
    assert says_no_such_port(error) is about_a_port
    assert explain_error(error).what.startswith("No such port") is about_a_port
    assert ("says nothing about the port" in explain_error(error).meaning) is not about_a_port


def test_a_failed_read_dates_the_values_shown_and_claims_nothing_about_changes() -> None:
    shown = reading_of(PORT)
    for kind in LEAVES:
        facts = _facts_of(kind).items()
        error = _sample(kind, **{name: next(iter(hint)) for name, hint in facts if _is_enum(hint)})
        said = explain_failed_read(error, shown)
        assert said.meaning.endswith("The values shown are those of 04:36:00 UTC.")
        for each in (said, explain_failed_read(error)):
            assert NOTHING_SENT not in each.meaning
            assert "changed" not in each.meaning


@pytest.mark.parametrize("proxy", [False, True])
def test_a_service_is_named_with_its_port_number_and_a_proxy_as_a_proxy(*, proxy: bool) -> None:
    peer = errors.Peer("127.0.0.1:8780", proxy)
    named = "the proxy 127.0.0.1:8780" if proxy else "127.0.0.1:8780"
    refused = errors.ConnectError(errors.ConnectError.Why.REFUSED, peer)
    assert explain_error(refused).what == f"Can't connect to {named}: connection refused"
    untrusted = errors.TlsError(peer, "self-signed", untrusted=True)
    assert f"The certificate of {named} " in explain_error(untrusted).what


def test_a_404_without_an_error_body_says_nothing_about_the_port() -> None:
    said = explain_error(
        errors.UnexpectedReplyError(404, errors.UnexpectedReplyError.Why.NO_ERROR_BODY)
    )
    assert said.what.startswith("Unexpected reply (404)")
    assert "says nothing about the port" in said.meaning


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (None, "Try again in a moment."),
        (0.0, "It asks to retry in 0 s."),
        (30.4, "It asks to retry in 30 s."),
        (3_600.0, "It asks to wait over an hour."),
    ],
)
def test_an_unavailable_service_is_explained_with_the_wait_it_asks_for(
    after: float | None, words: str
) -> None:
    assert explain_error(errors.UnavailableError(429, None, after)).meaning == words
    said = explain_error(errors.UnavailableError(503, "down", after))
    assert said.meaning == f"It says: down. {words}"


# --- outcomes ---

OUTCOMES: Final = {*get_args(SaveOutcome), *get_args(DeleteOutcome), *get_args(CheckOutcome)}


@pytest.mark.parametrize("kind", sorted(OUTCOMES, key=repr), ids=lambda kind: kind.__name__)
@times(40)
@given(data=st.data(), before=any_port, change=_changes)
def test_every_outcome_has_safe_and_short_words(
    kind: type, data: st.DataObject, before: Port, change: Change
) -> None:
    outcome = data.draw(_built(kind))
    if kind in get_args(SaveOutcome):
        _check(explain_save(outcome, before, change), _LONGEST_OUTCOME)
    if kind in get_args(DeleteOutcome):
        _check(explain_delete(outcome, before), _LONGEST_OUTCOME)
    if kind in get_args(CheckOutcome):
        intent = Intent("plant", Call.UPDATE, PORT_ID, before, change)
        _check(explain_check(outcome, Entry("e", "r", MOMENT, intent)), _LONGEST_OUTCOME)


_CHANGE = Change(((_FRONTEND, 24225), (Field.ENDPOINT, "")))
_WORDS = "Frontend port 24224 → 24225, Endpoint forward.demo.example:24224 → (empty)"
_NOW = reading_of(replace(PORT, frontend_port=9, endpoint=""))
_LOST = errors.ConnectionLostError()


@pytest.mark.parametrize(
    ("outcome", "what", "tone"),
    [
        (NothingToSave(), "Nothing to save", Tone.GOOD),
        (NotSent(errors.NoTokenError()), "Not sent. No token", Tone.BAD),
        (Stopped(errors.ReadOnlyError()), "Not sent. Read-only", Tone.BAD),
        (Saved(_NOW, acknowledged=True), "Saved and confirmed", Tone.GOOD),
        (Saved(_NOW, acknowledged=False), "Saved and confirmed", Tone.GOOD),
        (write.Refused(RefusedError(409, "in use"), _NOW), "Not saved: in use", Tone.BAD),
        (
            DifferentValues(_NOW, acknowledged=True),
            "The port has different values from those sent",
            Tone.UNSURE,
        ),
        (
            NotConfirmed(_NOW, acknowledged=True),
            "Not confirmed: the port still has its old values",
            Tone.UNSURE,
        ),
        (NoSuchPort(), "The port no longer exists", Tone.BAD),
        (Unknown(_LOST, _LOST), "Outcome unknown", Tone.UNSURE),
    ],
)
def test_a_save_is_called_saved_only_after_a_read_confirms_it(
    outcome: SaveOutcome, what: str, tone: Tone
) -> None:
    said = explain_save(outcome, PORT, _CHANGE)
    assert (said.what, said.tone) == (what, tone)


@pytest.mark.parametrize(
    ("outcome", "what", "tone"),
    [
        (Deleted(acknowledged=True), "Deleted", Tone.GOOD),
        (Deleted(acknowledged=False), "Deleted", Tone.GOOD),
        (AlreadyDeleted(), "Already deleted", Tone.GOOD),
        (NotSent(errors.NoTokenError()), "Not deleted. No token", Tone.BAD),
        (Stopped(errors.ReadOnlyError()), "Not deleted. Read-only", Tone.BAD),
        (write.Refused(RefusedError(403, "no"), None), "Not deleted: no", Tone.BAD),
        (
            StillExists(_NOW, acknowledged=False),
            "Not confirmed: the port still exists",
            Tone.UNSURE,
        ),
        (Unknown(_LOST, _LOST), "Outcome unknown", Tone.UNSURE),
    ],
)
def test_a_port_is_called_deleted_only_after_a_read_confirms_it(
    outcome: DeleteOutcome, what: str, tone: Tone
) -> None:
    said = explain_delete(outcome, PORT)
    assert (said.what, said.tone) == (what, tone)


def test_only_the_app_says_what_stays_on_screen_or_is_kept_or_which_key_helps() -> None:
    refused = write.Refused(RefusedError(403, "no"), None)
    unknown = Unknown(_LOST, _LOST)
    for outcome, added in ((refused, "Your draft is kept."), (unknown, "Refresh before you do")):
        plain = explain_save(outcome, PORT, _CHANGE)
        assert added not in plain.meaning
        in_app = result_of_save(outcome, PORT, _CHANGE)
        assert in_app.meaning.startswith(f"{plain.meaning} {added}")
    for gone in (Deleted(acknowledged=True), Deleted(acknowledged=False), AlreadyDeleted()):
        plain = explain_delete(gone, PORT)
        assert "screen" not in plain.meaning
        in_app = result_of_delete(gone, PORT)
        assert in_app.meaning == f"{plain.meaning} Its last values stay on screen."


def test_a_change_is_described_field_by_field_as_it_is_sent() -> None:
    assert change_words(PORT, _CHANGE) == _WORDS


def test_a_saved_change_says_if_the_reply_was_lost() -> None:
    said = explain_save(Saved(_NOW, acknowledged=True), PORT, _CHANGE)
    assert said.meaning == _WORDS
    said = explain_save(Saved(_NOW, acknowledged=False), PORT, _CHANGE)
    assert "was lost" in said.meaning


def test_different_values_are_shown_beside_the_values_sent() -> None:
    outcome = DifferentValues(_NOW, acknowledged=True)
    said = explain_save(outcome, PORT, _CHANGE)
    now = "Frontend port 9, Endpoint pending (not assigned yet)"
    assert said.meaning == f"Sent: {_WORDS}. Now: {now}."


def test_only_an_empty_endpoint_is_called_pending() -> None:
    now = reading_of(replace(PORT, protocol=""))
    outcome = DifferentValues(now, acknowledged=True)
    said = explain_save(outcome, PORT, Change(((Field.PROTOCOL, "udp"),)))
    assert said.meaning.endswith("Now: Protocol (empty).")


@pytest.mark.parametrize(
    ("write", "read", "words"),
    [
        (None, _LOST, "The service accepted it; confirming failed: The connection broke"),
        (_LOST, DifferentPort(), "a reply; reading it back returned a different port."),
        (None, DifferentPort(), "accepted it; reading it back returned a different port."),
        (None, StoppedWaiting(), "accepted it; you stopped waiting for confirmation."),
    ],
)
def test_an_unknown_outcome_says_what_is_known_about_the_change_and_the_read(
    write: ServiceError | None, read: ReadBackFailure, words: str
) -> None:
    outcome = Unknown(write, read)
    assert words in explain_save(outcome, PORT, _CHANGE).meaning
    assert words in explain_delete(outcome, PORT).meaning


def test_a_reply_about_a_different_port_names_the_requested_id() -> None:
    other = reading_of(replace(PORT, id=UUID(int=1)))
    said = explain_other_port(other)
    assert str(other.port_id) in said.meaning
    _check(said, _LONGEST_ERROR)


# --- the form ---


def test_every_mistake_in_the_form_has_words_of_its_own() -> None:
    words = {explain_mistake(mistake, "1\u200b") for mistake in Mistake}
    assert len(words) == len(Mistake)
    for phrase in words:
        _check_phrase(phrase)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("2422a", "“a” isn't a digit"),
        ("24 224", "a space isn't a digit"),
        ("2４224", "“４” isn't a digit"),
        ("\u200b24224", "U+200B isn't a digit"),
        ("-1", "“-” isn't a digit"),
        ("", "a whole number from 1 to 65535, digits only"),
        ("70000", "a whole number from 1 to 65535, digits only"),
        (" 08 ", "a whole number from 1 to 65535, digits only"),
    ],
)
def test_a_port_number_that_isnt_one_has_its_first_wrong_character_named(
    text: str, named: str
) -> None:
    assert explain_mistake(Mistake.NOT_A_PORT_NUMBER, text).startswith(named)


def test_a_character_that_cannot_be_seen_is_named_by_its_code_point() -> None:
    phrase = explain_mistake(Mistake.NOT_ONE_LINE, "host\u200b:1")
    assert phrase.startswith("U+200B can't be in an endpoint")


@times(100)
@given(any_port, _texts | _numbers, st.sampled_from(EDITABLE))
def test_old_and_new_values_are_shown_safely_and_are_never_empty(
    before: Port, new: str | int, field: Field
) -> None:
    for words in (old_value(before, field), new_value(new)):
        assert dangers(words) == []
        assert words
        assert len(words) <= 60


@pytest.mark.parametrize(
    ("error", "change", "field"),
    [
        (RefusedError(409, "pipeline port already in use"), {_FRONTEND: 1}, _FRONTEND),
        (RefusedError(409, "pipeline port already in use"), {_BACKEND: 1}, _BACKEND),
        (RefusedError(409, "in use"), {_FRONTEND: 1, _BACKEND: 2}, _FRONTEND),
        (
            RefusedError(409, "in use", "protocol tcp, port 1"),
            {_FRONTEND: 1, _BACKEND: 2},
            _FRONTEND,
        ),
        (
            RefusedError(409, "in use", "protocol tcp, port 2"),
            {_FRONTEND: 1, _BACKEND: 2},
            _BACKEND,
        ),
        (
            RefusedError(409, "in use", "protocol tcp, port 12"),
            {_FRONTEND: 3, _BACKEND: 2},
            _FRONTEND,
        ),
        (
            RefusedError(409, "in use", "protocol tcp, port 2"),
            {_FRONTEND: 2, _BACKEND: 2},
            _FRONTEND,
        ),
        (RefusedError(409, "in use"), {Field.PROTOCOL: "udp"}, Field.PROTOCOL),
        (RefusedError(409, "in use"), {Field.PROTOCOL: "udp", _BACKEND: 2}, _BACKEND),
        (RefusedError(409, "in use"), {Field.ENDPOINT: "x"}, None),
        (
            RefusedError(422, "invalid pipeline port protocol"),
            {Field.PROTOCOL: "udp", _FRONTEND: 1},
            Field.PROTOCOL,
        ),
        (RefusedError(422, "invalid pipeline port protocol"), {_FRONTEND: 1}, None),
        (
            RefusedError(400, "invalid pipeline port endpoint"),
            {_FRONTEND: 1, Field.ENDPOINT: "x"},
            Field.ENDPOINT,
        ),
        (RefusedError(422, "invalid pipeline port number"), {_BACKEND: 1}, _BACKEND),
        (RefusedError(422, "invalid pipeline port number"), {_FRONTEND: 1, _BACKEND: 2}, None),
        (RefusedError(422, "invalid pipeline port ID"), {_FRONTEND: 1}, None),
        (RefusedError(422, ""), {_FRONTEND: 1}, None),
    ],
)
def test_a_refusal_is_shown_at_the_field_it_is_about_if_that_is_clear(
    error: RefusedError, change: dict[Field, str | int], field: Field | None
) -> None:
    assert field_at_fault(error, Change(tuple(change.items()))) is field


@times(100)
@given(_built(RefusedError), _changes)
def test_only_a_changed_field_can_be_at_fault(error: RefusedError, change: Change) -> None:
    assert field_at_fault(error, change) in {None, *(field for field, _ in change)}


# --- startup and the keyring ---


_BAD_KEYS = [
    *(InvalidKeyError(why, "edit", key="x", where="on a port") for why in InvalidKeyError.Why),
    InvalidKeyError(InvalidKeyError.Why.UNKNOWN_BINDING, "edti", other="edit"),
]


def _config(
    why: ConfigError.Why, detail: str | InvalidOriginError | InvalidKeyError = ""
) -> ConfigError:
    return ConfigError(Path("/etc/x/config.toml"), why, line=7, key="dev.color", detail=detail)


@pytest.mark.parametrize(
    "told",
    [
        [explain_startup(InvalidOriginError(why)) for why in InvalidOriginError.Why],
        [explain_startup(InvalidTokenError(why)) for why in InvalidTokenError.Why],
        [explain_startup(OptionsError(why, name="x")) for why in OptionsError.Why],
        [explain_startup(_config(why)) for why in ConfigError.Why],
        [
            explain_startup(_config(ConfigError.Why.BAD_API_URL, InvalidOriginError(why)))
            for why in InvalidOriginError.Why
        ],
        [explain_startup(_config(ConfigError.Why.BAD_KEY, each)) for each in _BAD_KEYS],
        [explain_bad_token(InvalidTokenError(why)) for why in InvalidTokenError.Why],
        [explain_keyring(TokenStoreError(why)) for why in TokenStoreError.Why],
        [explain_source(source) for source in Source],
    ],
    ids=["origin", "token", "choice", "config", "URL", "keys", "typed token", "keyring", "source"],
)
def test_every_reason_has_words_of_its_own(told: list[str]) -> None:
    assert len(set(told)) == len(told)
    for phrase in told:
        _check_phrase(phrase)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it is empty"),
        ("abcdef g", "character 7 is a space"),
        ("ab\tc", "character 3 is a tab"),
        ("ab\ncd", "character 3 is a line break"),
        ("Bearer a\x1bb", "character 9 is a control character"),
        ("caf\u00e9", "character 4 is U+00E9, which isn't ASCII"),
        ("\U0001f511", "character 1 is U+1F511, which isn't ASCII"),
    ],
)
def test_a_text_that_is_no_token_is_told_by_its_first_wrong_character(
    text: str, words: str
) -> None:
    with pytest.raises(InvalidTokenError) as caught:
        Token(text)
    assert explain_bad_token(caught.value) == words
    in_environment = f"the token in the environment can't be used: {words}"
    assert explain_startup(caught.value) == in_environment


def test_a_broken_config_is_reported_without_a_line_if_none_is_known() -> None:
    error = ConfigError(Path("/x"), ConfigError.Why.NOT_READABLE, detail="Is a directory")
    assert explain_startup(error) == "/x: it can't be read: Is a directory"


@times(200)
@given(
    st.one_of(
        st.builds(
            ConfigError,
            _texts.map(lambda text: Path(text.replace("\0", ""))),
            st.sampled_from(ConfigError.Why),
            line=st.none() | st.integers(1, 99),
            key=_texts,
            detail=_texts,
        ),
        st.builds(
            OptionsError,
            st.sampled_from(OptionsError.Why),
            name=_texts,
            known=st.tuples(_texts, _texts, _texts),
        ),
    )
)
def test_a_startup_error_is_explained_on_one_short_safe_line(
    error: ConfigError | OptionsError,
) -> None:
    _check_phrase(explain_startup(error))


@times(100)
@given(st.sampled_from(Source), st.sampled_from(TokenStoreError.Why), _texts)
def test_keyring_errors_are_explained_safely_whatever_the_backend_is_called(
    source: Source, why: TokenStoreError.Why, backend: str
) -> None:
    trouble = TokenStoreError(why, backend)
    _check_phrase(explain_keyring(trouble))
    _check_phrase(explain_keyring_failure(source, trouble))


@pytest.mark.parametrize(
    ("detail", "offered"),
    [
        ("protocol tcp, port 24225", True),
        ("protocol tcp, port 24224", False),
        ("protocol tcp, port 124225", False),
        ("it is taken", True),
        (None, True),
    ],
)
def test_finding_who_has_a_number_is_offered_unless_another_number_was_refused(
    detail: str | None, *, offered: bool
) -> None:
    refused = write.Refused(RefusedError(409, "pipeline port already in use", detail), None)
    change = Change(((Field.FRONTEND_PORT, 24225),))
    explanation = explain_save(refused, PORT, change)
    assert (Action.FIND_NUMBER in explanation.next) is offered
