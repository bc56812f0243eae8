"""A Kubo of the members' own."""

import json
from pathlib import Path

import pytest

from tcmchain.ipfs.swarm import NoRepository, SwarmKeyInvalid, SwarmKeyThere, close_repository, make_key


def test_make_key__new_file__is_libp2ps_and_the_owners_alone(tmp_path: Path) -> None:
    make_key(tmp_path / "swarm.key")
    first, second, key = (tmp_path / "swarm.key").read_text().split()
    assert (first, second, len(bytes.fromhex(key))) == ("/key/swarm/psk/1.0.0/", "/base16/", 32)
    assert (tmp_path / "swarm.key").stat().st_mode & 0o077 == 0
    with pytest.raises(SwarmKeyThere):
        make_key(tmp_path / "swarm.key")
    assert key in (tmp_path / "swarm.key").read_text()


def test_close__repository__speaks_to_its_own_and_keeps_what_was_set(tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    folder.mkdir()
    mounts = [{"type": "flatfs", "sync": False, "path": "blocks"}, {"type": "levelds"}]
    config = {
        "Identity": {"PeerID": "12D3"},
        "Bootstrap": ["auto"],
        "Swarm": {"ConnMgr": {"LowWater": 5}},
        "DNS": {"Resolvers": {".": "auto"}},
        "Datastore": {"Spec": {"mounts": mounts}},
    }
    (folder / "config").write_text(json.dumps(config))
    make_key(tmp_path / "swarm.key")
    close_repository(folder, tmp_path / "swarm.key")
    found = json.loads((folder / "config").read_text())
    assert found["Bootstrap"] == []
    assert found["AutoConf"] == {"Enabled": False}
    assert found["Routing"]["Type"] == "none"
    assert found["DNS"] == {"Resolvers": {}}
    assert found["Identity"] == {"PeerID": "12D3"}
    assert found["Swarm"]["ConnMgr"] == {"LowWater": 5}
    assert found["Datastore"]["Spec"]["mounts"][0]["sync"] is True
    assert (folder / "swarm.key").read_text() == (tmp_path / "swarm.key").read_text()
    assert (folder / "config").stat().st_mode & 0o077 == 0


def test_close__no_repository_or_no_key__is_told(tmp_path: Path) -> None:
    make_key(tmp_path / "swarm.key")
    with pytest.raises(NoRepository):
        close_repository(tmp_path, tmp_path / "swarm.key")
    (tmp_path / "other").write_text("/key/swarm/psk/1.0.0/\n/base16/\nzz\n")
    with pytest.raises(SwarmKeyInvalid):
        close_repository(tmp_path, tmp_path / "other")
