"""One-line messages for stderr about why the app can't start."""

from portui.port.display import safe
from portui.settings import ConfigError, InvalidOriginError, InvalidTokenError, OptionsError
from portui.settings.keymap import InvalidKeyError

_ORIGIN = {
    InvalidOriginError.Why.NOT_A_URL: "it is not a URL",
    InvalidOriginError.Why.SCHEME: "it must begin with https:// (or http://, for this machine)",
    InvalidOriginError.Why.USERINFO: "it must not contain a user name or password",
    InvalidOriginError.Why.QUERY_OR_FRAGMENT: "it must not contain ? or #",
    InvalidOriginError.Why.HOST: "its host name isn't valid",
    InvalidOriginError.Why.PORT: "its port isn't valid",
}

_TOKEN = {
    InvalidTokenError.Why.EMPTY: "it is empty",
    InvalidTokenError.Why.TOO_LONG: "it is too long for a token",
    InvalidTokenError.Why.SPACE: "character {position} is a space",
    InvalidTokenError.Why.TAB: "character {position} is a tab",
    InvalidTokenError.Why.LINE_BREAK: "character {position} is a line break",
    InvalidTokenError.Why.CONTROL: "character {position} is a control character",
    InvalidTokenError.Why.NOT_ASCII: "character {position} is U+{code:04X}, which isn't ASCII",
}

_CONFIG = {
    ConfigError.Why.NOT_READABLE: "it can't be read",
    ConfigError.Why.WRITABLE_BY_OTHERS: "others can write to it; run chmod 600 on it",
    ConfigError.Why.SOMEONE_ELSES: "it belongs to someone else",
    ConfigError.Why.NOT_UTF8: "it is not UTF-8 text",
    ConfigError.Why.NOT_TOML: "it is not TOML",
    ConfigError.Why.UNKNOWN_KEY: "no such setting",
    ConfigError.Why.NOT_A_TABLE: "it must be a table",
    ConfigError.Why.NOT_TEXT: "it must be text in quotes",
    ConfigError.Why.NOT_TRUE_OR_FALSE: "it must be true or false",
    ConfigError.Why.NOT_A_COLOR: "it must be red, green, yellow, blue, magenta, cyan or white",
    ConfigError.Why.NOT_A_VARIABLE: "it must be the name of an environment variable",
    ConfigError.Why.NOT_A_DEADLINE: "it must be a number of seconds from 1 to 600",
    ConfigError.Why.NOT_A_PROJECT: "it must be a project's name or ID",
    ConfigError.Why.NOT_A_THEME: "no such theme; `portui help themes` names them",
    ConfigError.Why.NO_API_URL: "a profile needs an api_url",
    ConfigError.Why.BAD_API_URL: "it can't be used",
    ConfigError.Why.BAD_KEY: "it can't have this key",
}

_KEY = {
    InvalidKeyError.Why.UNKNOWN_BINDING: "no binding has this id; `portui help keys` lists them",
    InvalidKeyError.Why.NO_KEY: 'it must have a key, or several, such as "e" or "ctrl+e, f5"',
    InvalidKeyError.Why.NOT_A_KEY: "{key} is not a key that terminals send",
    InvalidKeyError.Why.RESERVED: "{key} can't be given another meaning",
    InvalidKeyError.Why.TEXT: "{key} is for text, where this has to work too; use a function key",
    InvalidKeyError.Why.TAKEN: "{key} already means {other} {where}; give one of them another key",
}


def explain_bad_token(error: InvalidTokenError) -> str:
    """Return why a text can't be a token, without repeating the text."""
    return _TOKEN[error.why].format(position=error.position, code=error.code)


def explain_startup(
    error: InvalidOriginError | OptionsError | ConfigError | InvalidTokenError,
) -> str:
    """Return one line that says what to fix, and where."""
    match error:
        case InvalidOriginError():
            return f"the API's URL can't be used: {_ORIGIN[error.why]}"
        case InvalidTokenError():
            return f"the token in the environment can't be used: {explain_bad_token(error)}"
        case OptionsError(why=OptionsError.Why.UNKNOWN_PROFILE):
            known = ", ".join(safe(name, 40) for name in error.known)
            return f"no profile named {safe(error.name, 60)}; known profiles: {known}"
        case OptionsError(why=OptionsError.Why.BAD_PROJECT):
            return f"--project must be a project's name or ID, not '{safe(error.name, 60)}'"
        case OptionsError():
            name = safe(error.name, 100)
            return f"{name} would receive the token unencrypted; use https, or set allow_http"
        case ConfigError():
            return _config(error)


def _config(error: ConfigError) -> str:
    place = safe(str(error.path), 200) + (f":{error.line}" if error.line else "")
    key = f" {safe(error.key, 80)}:" if error.key else ""
    reason = _CONFIG[error.why]
    if isinstance(error.detail, InvalidOriginError):
        reason = f"{reason}: {_ORIGIN[error.detail.why]}"
    elif isinstance(error.detail, InvalidKeyError):
        reason = _bad_key(error.detail)
    elif error.detail:
        reason = f"{reason}: {safe(error.detail, 120)}"
    return f"{place}:{key} {reason}"


def _bad_key(error: InvalidKeyError) -> str:
    if error.why is InvalidKeyError.Why.UNKNOWN_BINDING and error.other:
        return f"no binding has this id; did you mean {error.other}?"
    return _KEY[error.why].format(key=safe(error.key, 40), other=error.other, where=error.where)
