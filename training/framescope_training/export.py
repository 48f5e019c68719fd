"""From trained weights to the artifact's graph: ONNX with its weights in half precision, run in single precision."""

import warnings
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnx.numpy_helper
import torch
from torch import Tensor, nn

from framescope_model.pooling import Pooling
from framescope_model.scorer import OUTPUTS
from framescope_training.network import FramescopeNetwork

MIN_HALVED_ELEMENTS = 1024
"""Smaller tensors (biases, norms) stay as they are: they weigh nothing, and rounding them costs accuracy."""
OPSET = 18


class _ServedNetwork(nn.Module):
    """The network with the outputs of the artifact's graph, in the order of ``framescope_model.scorer.OUTPUTS``."""

    def __init__(self, network: FramescopeNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, attention_mask: Tensor, signals: Tensor) -> tuple[Tensor, ...]:
        output = self.network(input_ids, attention_mask, signals)
        return tuple(getattr(output, name) for name in OUTPUTS)


def export_graph(network: FramescopeNetwork, path: Path) -> None:
    """Write the graph of ``network`` to ``path``, its large weights stored as fp16 and cast to fp32 when loaded."""
    network.eval()
    ids = torch.ones((2, 16), dtype=torch.long)
    signals = torch.zeros((2, 16, 3), dtype=torch.long)
    batch, length = torch.export.Dim("batch", min=1, max=4096), torch.export.Dim("length", min=2, max=512)
    with warnings.catch_warnings():
        # The exporter's own deprecations are not ours to mend.
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            _ServedNetwork(network),
            (ids, torch.ones_like(ids), signals),
            input_names=["input_ids", "attention_mask", "signals"],
            output_names=list(OUTPUTS),
            dynamic_shapes=({0: batch, 1: length}, {0: batch, 1: length}, {0: batch, 1: length}),
            opset_version=OPSET,
            dynamo=True,
        )
    if program is None:
        raise RuntimeError("torch exported nothing")
    graph = program.model_proto
    halve_weights(graph)
    onnx.checker.check_model(graph)
    path.write_bytes(graph.SerializeToString())


def halve_weights(model: onnx.ModelProto) -> None:
    """Store each large fp32 initializer of ``model`` as fp16 followed by a cast, which ONNX Runtime folds at load."""
    casts: list[onnx.NodeProto] = []
    for tensor in list(model.graph.initializer):
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < MIN_HALVED_ELEMENTS:
            continue
        stored = f"{tensor.name}.fp16"
        casts.append(onnx.helper.make_node("Cast", [stored], [tensor.name], to=onnx.TensorProto.FLOAT))
        tensor.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), stored))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def pooling_of(network: FramescopeNetwork) -> tuple[Pooling, npt.NDArray[np.float32]]:
    """The learnt pooling over passages, and the link bias [2], as the model room reads them."""
    pooling = network.pooling
    learnt = (pooling.log_sharpness.exp(), pooling.log_scale.exp(), pooling.bias)
    return Pooling(*(values.detach().numpy() for values in learnt)), network.link_bias.detach().numpy()
