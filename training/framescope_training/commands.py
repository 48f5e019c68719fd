"""The commands ``framescope train`` and ``framescope evaluate``."""

import sys
from pathlib import Path

import click


@click.command()
@click.argument("config", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--corpora", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True,
              envvar="FRAMESCOPE_CORPORA", help="Folder of the corpora, one JSON Lines file each.")
@click.option("--labels", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path("training/labels"),
              show_default=True, help="Folder of framescope's own labels.")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), default=None,
              help="Folder of the run; a run that was cut off there goes on.  [default: runs/NAME-SEED]")
@click.option("--threads", type=click.IntRange(1), default=None, help="CPU threads.  [default: all cores]")
def train(config: Path, corpora: Path, labels: Path, output: Path | None, threads: int | None) -> None:
    """Train the network that CONFIG describes.

    Progress goes to standard error, losses to log.jsonl in the run's folder. Call it again with the same folder to resume.
    """
    # Imported here: a command line that only scores must start without torch.
    import torch  # noqa: PLC0415
    from tokenizers import Tokenizer  # noqa: PLC0415

    from framescope_model.encoding import TextEncoder  # noqa: PLC0415
    from framescope_training.config import read_config  # noqa: PLC0415
    from framescope_training.material import load_material, training_supervision  # noqa: PLC0415
    from framescope_training.network import build_network, encoder_folder  # noqa: PLC0415
    from framescope_training.trainer import Progress, Trainer  # noqa: PLC0415

    settings = read_config(config)
    if threads is not None:
        torch.set_num_threads(threads)
    torch.manual_seed(settings.seed)

    def show_encoding(done: int, total: int) -> None:
        if done % 2000 == 0 or done == total:
            click.echo(f"encoded {done} of {total} documents", err=True)

    def show_training(progress: Progress) -> None:
        rate, total = progress.tokens_per_second, progress.losses["total"]
        click.echo(
            f"step {progress.step}/{progress.steps} epoch {progress.epoch} loss {total:.4f} {rate:.0f} tokens/s", err=True
        )
        sys.stderr.flush()

    tokenizer = Tokenizer.from_file(str(Path(encoder_folder(settings.encoder)) / "tokenizer.json"))
    encoder = TextEncoder(tokenizer)
    documents = training_supervision(load_material(corpora, labels), settings.corpora, encoder, show_encoding)
    folder = output or Path("runs") / f"{settings.name}-{settings.seed}"
    Trainer(build_network(settings.encoder), encoder, settings, folder).run(documents, show_training)
    click.echo(f"wrote {folder}", err=True)
