"""The model room: from text to calibrated scores, spans and evidence, on ONNX Runtime and tokenizers alone."""
