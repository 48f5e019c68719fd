"""A PostgreSQL server of the tests' own: made by ``initdb`` in a temporary folder, reached by a Unix socket only."""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

START_S = 300
"""For a machine that has other things to do."""


def find_programs() -> Path | None:
    """The folder with ``initdb`` and ``pg_ctl``; Debian keeps it out of the path."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return installed[-1].parent if installed else None


@dataclass
class PostgresqlServer:
    programs: Path
    folder: Path
    user: str | None
    databases: int = 0

    @classmethod
    def make(cls, programs: Path) -> "PostgresqlServer":
        # Not pytest's folder: the socket's path has to be short, and another user has to get there.
        folder = Path(tempfile.mkdtemp(prefix="framescope-pg-"))
        user = None
        if os.geteuid() == 0:
            # The server refuses to run as root; the package has made this user.
            user = pwd.getpwnam("postgres").pw_name
            shutil.chown(folder, user)
        server = cls(programs, folder, user)
        server._run("initdb", "-D", str(server.data), "-U", "framescope", "-A", "trust", "-E", "UTF8", "--no-sync")
        return server

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def start(self) -> None:
        options = f"-c listen_addresses='' -k {self.folder} -F -c log_statement=none"
        self._run("pg_ctl", "start", "-w", "-t", str(START_S), "-D", str(self.data), "-l", str(self.log), "-o", options)

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-w", "-t", str(START_S), "-D", str(self.data), "-m", "fast")

    def remove(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-w", "-t", str(START_S), "-D", str(self.data), "-m", "immediate")
        shutil.rmtree(self.folder)

    def new_database(self) -> str:
        """The URL of an empty database."""
        self.databases += 1
        name = f"test{self.databases}"
        self._run("createdb", "-h", str(self.folder), "-U", "framescope", name)
        return f"postgresql+psycopg://framescope@/{name}?host={self.folder}"

    def _run(self, program: str, *arguments: str) -> None:
        # Files, not pipes: the server inherits them and would keep a pipe open.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                [self.programs / program, *arguments],
                user=self.user,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=False,
            )
            output.seek(0)
            assert done.returncode == 0, output.read().decode()
