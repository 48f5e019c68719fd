"""Why a run over an archive is refused as a whole; faults of single rows are told in their place."""

from framescope_model.errors import FramescopeError, InputError


class BatchRefused(InputError):
    """The input, the output or the options of a run do not fit."""

    code = "batch_refused"


class MissingExtra(FramescopeError):
    """A file format needs a package that is not installed."""

    code = "missing_extra"


class FinishedAlready(BatchRefused):
    """The output of a finished run is there."""

    code = "finished_already"


class OtherRun(BatchRefused):
    """An unfinished run of another model, other options or another input is there."""

    code = "other_run"
