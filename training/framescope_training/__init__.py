"""The training room: corpora, network, trainer, calibration, evaluation, export."""
