"""The generated messages are those of the file that they are generated from."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]
WIRE = Path("api/doors/wire")


def test_make_proto_would_change_nothing(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "grpc_tools.protoc",
        "-I",
        ".",
        f"--python_out={tmp_path}",
        f"--pyi_out={tmp_path}",
    ]
    subprocess.run([*command, str(WIRE / "ext_authz.proto")], cwd=ROOT, check=True)
    for name in ("ext_authz_pb2.py", "ext_authz_pb2.pyi"):
        assert (tmp_path / WIRE / name).read_text() == (ROOT / WIRE / name).read_text()
