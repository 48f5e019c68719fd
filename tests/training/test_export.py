import numpy as np
import onnx
import onnxruntime
import torch

from framescope_model.scorer import OUTPUTS
from framescope_training.export import export_graph, pooling_of
from framescope_training.network import technique_logits


def test_the_graph_answers_as_the_network_does_within_half_precision(network, tmp_path):
    export_graph(network, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"))
    ids = torch.randint(6, 60, (3, 21))
    attention = torch.ones_like(ids)
    attention[1, 12:] = 0
    signals = torch.randint(0, 2, (3, 21, 3))
    answers = session.run(
        None, {"input_ids": ids.numpy(), "attention_mask": attention.numpy(), "signals": signals.numpy()}
    )
    with torch.no_grad():
        expected = network(ids, attention, signals)
    for name, answer in zip(OUTPUTS, answers, strict=True):
        wanted = getattr(expected, name).numpy()
        assert answer.shape == wanted.shape
        np.testing.assert_allclose(answer[attention.numpy() > 0], wanted[attention.numpy() > 0], atol=5e-3)


def test_large_weights_are_stored_in_half_precision(network, tmp_path):
    export_graph(network, tmp_path / "model.onnx")
    model = onnx.load(tmp_path / "model.onnx")
    large = [tensor for tensor in model.graph.initializer if np.prod(tensor.dims) >= 1024]
    assert large
    assert {tensor.data_type for tensor in large} <= {onnx.TensorProto.FLOAT16, onnx.TensorProto.INT64}


def test_a_technique_channel_is_presence_times_class():
    presence, classes = torch.tensor([[0.3]]), torch.randn(1, 1, 14)
    joint = torch.sigmoid(technique_logits(presence, classes))
    torch.testing.assert_close(joint, torch.sigmoid(presence)[..., None] * classes.softmax(-1))


def test_the_pooling_of_the_model_room_is_that_of_the_network(network):
    with torch.no_grad():
        for parameter in network.pooling.parameters():
            parameter.uniform_(-0.5, 0.5)
        logits = torch.randn(9, 19)
        expected = network.pooling(logits[None], torch.ones(1, 9, dtype=torch.bool))[0]
    pooling, link_bias = pooling_of(network)
    np.testing.assert_allclose(pooling.pool(logits.numpy()), expected.numpy(), atol=1e-5)
    assert link_bias.shape == (2,)
