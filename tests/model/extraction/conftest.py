import sys
from pathlib import Path

# The tests are no package, so what makes their files is found through the path.
sys.path.insert(0, str(Path(__file__).parents[2]))
