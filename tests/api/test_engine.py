import subprocess
import sys


def test_the_service_is_imported_without_the_model_runtime_or_the_training_stack() -> None:
    program = (
        "import sys, framescope_api.app, framescope_api.commands, framescope_api.server;"
        "heavy = {'onnxruntime', 'tokenizers', 'fasttext', 'torch', 'transformers', 'datasets'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
