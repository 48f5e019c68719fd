"""What the contract's answers say of the program behind them."""

from framescope_api.contracts.languagetool import schemas as out
from framescope_api.contracts.languagetool.rules import ISSUE_TYPE, served_rules
from framescope_model.model_info import ModelInfo
from framescope_model.version import __version__

NAME = "framescope"
BUILD_DATE = ""
"""Told as text because clients read it as text. A build has no date: the revision of the model tells what answers."""


def software(info: ModelInfo) -> out.Software:
    """The program and, as its status, the model."""
    return out.Software(
        name=NAME,
        version=__version__,
        build_date=BUILD_DATE,
        api_version=1,
        premium=False,
        status=f"{info.name} {info.version} ({info.revision})",
    )


def info_answer(info: ModelInfo) -> out.InfoAnswer:
    """What ``/v2/info`` tells."""
    return out.InfoAnswer(
        software=out.InfoSoftware(
            name=NAME, version=__version__, build_date=BUILD_DATE, commit=info.revision, premium=False
        )
    )


def configuration_answer(info: ModelInfo, max_text_length: int) -> out.ConfigurationAnswer:
    """What ``/v2/configinfo`` tells: the rules that a client can switch."""
    return out.ConfigurationAnswer(
        software=software(info),
        parameter=out.Limits(max_text_length=max_text_length),
        rules=[
            out.ListedRule(
                rule_id=rule.id,
                description=rule.name,
                category_id=rule.category.id,
                category_name=rule.category.name,
                loc_quality_issue_type=ISSUE_TYPE,
                is_text_level_rule="yes",
                min_to_check_paragraph="-1",
            )
            for rule in served_rules(info)
        ],
    )
