"""The commands ``framescope train`` and ``framescope evaluate``.

The training stack is imported within them: a command line that only scores must start without torch.
"""

# ruff: noqa: PLC0415

import json
from pathlib import Path

import click

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_corpora = click.option(
    "--corpora",
    type=_FOLDER,
    required=True,
    envvar="FRAMESCOPE_CORPORA",
    show_envvar=True,
    help="Folder of the corpora, one JSON Lines file each.",
)
_labels = click.option(
    "--labels",
    type=_FOLDER,
    default=Path("training/labels"),
    show_default=True,
    help="Folder of framescope's own labels.",
)


@click.command()
@click.argument("config", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_corpora
@_labels
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Folder of the run; a run that was cut off there goes on.  [default: runs/NAME-SEED]",
)
@click.option("--threads", type=click.IntRange(1), default=None, help="CPU threads.  [default: all cores]")
def train(config: Path, corpora: Path, labels: Path, output: Path | None, threads: int | None) -> None:
    """Train the network that CONFIG describes, calibrate and measure it, and write the artifact.

    Progress goes to standard error, losses to log.jsonl in the run's folder, the artifact to its folder artifact, the
    figures to report.json. Call it again with the same folder to resume.
    """
    import torch
    from tokenizers import Tokenizer

    from framescope_model.encoding import TextEncoder
    from framescope_training.assembly import assemble_artifact, data_hashes
    from framescope_training.config import read_config
    from framescope_training.material import load_material, training_supervision
    from framescope_training.network import build_network, encoder_folder
    from framescope_training.trainer import WEIGHTS, Trainer

    settings = read_config(config)
    if threads is not None:
        torch.set_num_threads(threads)
    torch.manual_seed(settings.seed)
    folder = output or Path("runs") / f"{settings.name}-{settings.seed}"
    material = load_material(corpora, labels)
    if not (folder / WEIGHTS).is_file():
        tokenizer = Tokenizer.from_file(str(Path(encoder_folder(settings.encoder)) / "tokenizer.json"))
        encoder = TextEncoder(tokenizer)
        documents = training_supervision(material, settings.corpora, encoder, _show_encoding)
        Trainer(build_network(settings.encoder), encoder, settings, folder).run(
            documents,
            lambda progress: click.echo(
                f"step {progress.step}/{progress.steps}  epoch {progress.epoch}  loss {progress.losses['total']:.4f}  "
                f"{progress.tokens_per_second:.0f} tokens/s",
                err=True,
            ),
        )
    click.echo("calibrating and measuring on the development documents", err=True)
    files = [corpora / f"{name}.jsonl" for name in settings.corpora] + sorted(labels.glob("*.jsonl"))
    report = assemble_artifact(settings, folder / WEIGHTS, material, data_hashes(files), folder / "artifact")
    _write_report(report, folder / "report.json")


@click.command()
@_corpora
@_labels
@click.option("--artifact", type=_FOLDER, default=None, help="Folder of the artifact.  [default: the shipped one]")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("report.json"),
    show_default=True,
    help="Where the report goes.",
)
@click.option(
    "--card",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Also render the model card to this Markdown file.",
)
def evaluate(corpora: Path, labels: Path, artifact: Path | None, output: Path, card: Path | None) -> None:
    """Measure an artifact on the development documents and write the report."""
    from framescope_model.scorer import Scorer
    from framescope_training.assembly import report as full_report
    from framescope_training.development import load_development
    from framescope_training.evaluation import evaluate as measure
    from framescope_training.material import load_material
    from framescope_training.model_card import render_model_card

    scorer = Scorer.load(artifact)
    click.echo(f"scoring the development documents with {scorer.info.name} {scorer.info.revision}", err=True)
    documents = load_development(load_material(corpora, labels), scorer)
    click.echo(f"measuring over {len(documents)} documents", err=True)
    report = full_report(scorer, measure(documents))
    _write_report(report, output)
    if card is not None:
        card.write_text(render_model_card(report), encoding="utf-8")
        click.echo(f"rendered {card}", err=True)


def _show_encoding(done: int, total: int) -> None:
    if done % 2000 == 0 or done == total:
        click.echo(f"encoded {done} of {total} documents", err=True)


def _write_report(report: dict[str, object], path: Path) -> None:
    path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    click.echo(f"wrote {path}", err=True)
