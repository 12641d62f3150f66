"""Messages about lists of ports: what is missing from one, and why there is no project."""

from portui.api import errors
from portui.explain.errors import explain_error, own_words
from portui.explain.explanation import Action, Explanation, Tone
from portui.operations.find_pipeline import (
    NoPipeline,
    NoSuchPipeline,
    PipelinesUnknown,
    SeveralPipelines,
)
from portui.operations.find_project import (
    LostProject,
    NoProject,
    NoProjects,
    NoSuchProject,
    ProjectsUnknown,
    SeveralProjects,
)
from portui.operations.listing import Incomplete, Listing, Problem, UnreadableEntries
from portui.operations.paging import MOST_BYTES, MOST_PORTS, MOST_REPLIES, Limit
from portui.port.display import safe
from portui.port.listed import Pipeline, Project

_NAME = 60  # characters of a name
_RETRY = (Action.REFRESH,)
_TOO_LARGE = errors.UnexpectedReplyError.Why.TOO_LARGE


def pipeline_name(pipeline: Pipeline, limit: int = _NAME) -> str:
    """Return a pipeline's name as safe text, or its ID where there is no name."""
    return safe(pipeline.name or str(pipeline.id or "a pipeline without an ID"), limit)


def explain_listing(listing: Listing) -> str:
    """Return how much has been read of a list, as progress."""
    ports = "1 port" if len(listing.ports) == 1 else f"{len(listing.ports):,} ports"
    if listing.expected is None:
        return f"Reading… {ports} so far"
    expected = safe(f"{listing.expected:,}", 20)
    return f"Reading… {ports} in {listing.pipelines:,} of {expected} pipelines"


def explain_problem(problem: Problem) -> Explanation:
    """Explain what is missing from a list of ports. What is there is as the service returned it."""
    match problem:
        case UnreadableEntries(count=1):
            what = "1 entry of the list was unreadable"
            return Explanation(what, "It has no ID, or is not a port. It is left out.")
        case UnreadableEntries(count=count):
            what = f"{safe(f'{count:,}', 20)} entries of the list were unreadable"
            return Explanation(what, "They have no ID, or are not ports. They are left out.")
        case Incomplete(why=why, pipeline=pipeline):
            what = _incomplete(pipeline)
            if isinstance(why, Limit):
                return Explanation(what, _LIMITS[why], tone=Tone.UNSURE)
            if pipeline and isinstance(why, errors.UnexpectedReplyError) and why.why is _TOO_LARGE:
                return Explanation(what, "One of them is larger than 4 MiB.")
            reason = explain_list_error(why)
            meaning = f"{reason.what}. {reason.meaning}".strip()
            return Explanation(what, meaning, reason.next, reason.tone)


def explain_list_error(error: errors.ServiceError) -> Explanation:
    """Explain why a list, or the project, can't be read."""
    reason = explain_error(error)
    match error:
        case errors.RefusedError(status=404):
            meaning = "It may have been deleted, or the token doesn't give access to it."
            return Explanation(f"Not found: {own_words(error)}", meaning, _RETRY)
        case errors.UnexpectedReplyError():
            return Explanation(reason.what, "Probably a proxy.", reason.next, reason.tone)
        case _:
            return reason


def explain_no_project(outcome: NoProject) -> Explanation:
    """Explain why there is no project to list. One pipeline can be listed without."""
    match outcome:
        case SeveralProjects(projects=projects):
            what = f"{len(projects):,} projects: choose one"
            meaning = "Set project in the profile, or use --project."
            return Explanation(what, meaning, tone=Tone.UNSURE)
        case NoSuchProject(chosen=chosen, projects=projects):
            meaning = f"{_not_for_this_token(projects)} {_ONE_PIPELINE}"
            keys = () if projects else (Action.TOKEN,)
            return Explanation(f"No project {safe(chosen, _NAME)}", meaning, keys)
        case LostProject(project_id=project_id, projects=projects):
            meaning = f"You chose {project_id}. {_not_for_this_token(projects)} {_ONE_PIPELINE}"
            what = "The project you chose last is not available"
            return Explanation(what, meaning, (Action.TOKEN,))
        case NoProjects():
            meaning = f"This token gives access to none. {_ONE_PIPELINE}"
            return Explanation("No projects", meaning, (Action.TOKEN,))
        case ProjectsUnknown(error=error):
            reason = explain_list_error(error)
            what = f"Can't read the project: {reason.what}"
            meaning = f"{reason.meaning} {_ONE_PIPELINE}".strip()
            return Explanation(what, meaning, reason.next, reason.tone)


def _not_for_this_token(projects: tuple[Project, ...]) -> str:
    match projects:
        case ():
            return "This token gives access to none."
        case (project,):
            name = safe(project.name or str(project.id), _NAME)
            return f"This token gives access to {name} only."
        case _:
            return "This token gives access to others only."


def explain_no_pipeline(outcome: NoPipeline) -> Explanation:
    """Explain why a name doesn't mean one pipeline."""
    match outcome:
        case SeveralPipelines(name=name, pipelines=pipelines):
            what = f"{len(pipelines):,} pipelines match {safe(name, _NAME)}: choose one"
            return Explanation(what, "Give its whole name, or its ID.")
        case NoSuchPipeline(name=name):
            what = f"No pipeline named {safe(name, _NAME)}"
            return Explanation(what, "No pipeline's name contains it.", (Action.LOOK_UP,))
        case PipelinesUnknown(error=error):
            reason = explain_list_error(error)
            what = f"Can't find the pipeline by its name: {reason.what}"
            meaning = f"{reason.meaning} {_ONE_PIPELINE}".strip()
            return Explanation(what, meaning, reason.next, reason.tone)


def _incomplete(pipeline: Pipeline | None) -> str:
    if pipeline is None:
        return "Not all pipelines are listed"
    return f"Not all ports of {pipeline_name(pipeline)} are listed"


_ONE_PIPELINE = "Paste a pipeline's ID to list its ports."
_LIMITS = {
    Limit.REPEATED_CURSOR: "The service pointed back to a page already read.",
    Limit.UNUSABLE_CURSOR: "The service's pointer to the next page can't be used.",
    Limit.NO_CURSOR: "The service gave no pointer to the next page.",
    Limit.NOTHING_NEW: "The service kept returning what is already listed.",
    Limit.TOO_MANY_REPLIES: f"portui stops after {MOST_REPLIES:,} replies.",
    Limit.TOO_MANY_PORTS: f"portui stops after {MOST_PORTS:,} ports.",
    Limit.TOO_MANY_BYTES: f"portui stops after {MOST_BYTES // 2**30} GiB.",
}
