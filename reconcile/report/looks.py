"""Which look an action and a phase have, wherever they appear."""

from reconcile.model.change import Action
from reconcile.model.phase import Phase
from reconcile.report.style import Look

ACTION_LOOKS = {
    Action.START: Look.GREEN,
    Action.STOP: Look.RED,
    Action.REPLACE: Look.YELLOW,
    Action.RESUME: Look.CYAN,
    Action.ADOPT: Look.CYAN,
    Action.FORGET: Look.YELLOW,
    Action.WAIT: Look.BLUE,
    Action.BLOCKED: Look.ALARM,
    Action.NONE: Look.DIM,
}

PHASE_LOOKS = {
    Phase.PENDING: Look.CYAN,
    Phase.RUNNING: Look.CYAN,
    Phase.STOPPING: Look.YELLOW,
    Phase.STOPPED: Look.YELLOW,
    Phase.SUCCEEDED: Look.GREEN,
    Phase.FAILED: Look.RED,
    Phase.MISSING: Look.RED,
    Phase.UNKNOWN: Look.ALARM,
}
