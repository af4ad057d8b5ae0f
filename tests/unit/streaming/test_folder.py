"""Design decision 4: one data folder for each worker."""

import os
from pathlib import Path

import pytest

from app.streaming.errors import FolderInUseError
from app.streaming.folder import DataFolder


def test_second_worker_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    first = DataFolder(tmp_path)
    with pytest.raises(FolderInUseError, match=f"process {os.getpid()}"):
        DataFolder(tmp_path)
    first.close()
    DataFolder(tmp_path).close()


def test_membership_stays_with_the_folder(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "a")
    assert folder.member_id(1) == folder.member_id(1) != folder.member_id(2)
    assert folder.member_id(1) != DataFolder(tmp_path / "b").member_id(1)
