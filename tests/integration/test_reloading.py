"""Settings that change while something is under way, in one process without a bus."""

import threading
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from common.installation import Installation
from common.reloading import Installations, SettingsWatch
from common.settings import FileSettings, SettingsRefused, load
from common.vault.sources import KeyFile

CONFIG = Path(__file__).parents[2] / "connector.example.toml"


class Clock:
    """A clock that is set by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    text = CONFIG.read_text().replace('client_secret_file = "/run/secrets/oracle_client_secret"', "")
    text = text.replace('# client_secret_env = "ORACLE', 'client_secret_env = "ORACLE')
    (tmp_path / "connector.toml").write_text(
        text.replace("https://customer.jaggaer.example", "http://127.0.0.1:9").replace(
            "\n# timeout_seconds = 30 ", "\nallow_private = true\n# timeout_seconds = 30 "
        )
    )
    KeyFile(path=tmp_path / "keys").create()
    return {
        "ML_CONNECTOR_CONFIG": str(tmp_path / "connector.toml"),
        "ML_CONNECTOR_STATE": str(tmp_path),
        "ORACLE_CLIENT_SECRET": "-",
        "JAGGAER_CLIENT_SECRET": "-",
        "DATABASE_URL": "postgresql://127.0.0.1:9/none",
    }


@pytest.fixture
def clock() -> Clock:
    return Clock()


def rewrite(environment: dict[str, str], old: str, new: str) -> None:
    path = Path(environment["ML_CONNECTOR_CONFIG"])
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def pass_time(installations: Installations, clock: Clock) -> None:
    """Let a change be seen, and be seen to have settled."""
    for _ in range(2):
        clock.now += 2.0
        installations.renew()


def test_a_change_is_in_force_for_what_comes_next_and_not_for_what_is_under_way(
    environment: dict[str, str], clock: Clock
) -> None:
    installations = Installations(load(environment), environment, database_size=1, clock=clock)
    with installations.lent() as before:
        rewrite(environment, "every_seconds = 300", "every_seconds = 60")
        pass_time(installations, clock)
        with installations.lent() as after:
            assert (before.sides["main"].flow("purchase_orders").every_seconds) == 300
            assert (after.sides["main"].flow("purchase_orders").every_seconds) == 60
            assert (after.database, after.vault) == (before.database, before.vault)
        assert connections(before) == [False, False]
    assert connections(before) == [True, True]
    assert connections(installations.current) == [False, False]
    installations.close()


def connections(installation: Installation) -> list[bool]:
    """Tell of each connection of an installation whether it is closed."""
    return [exchange._http.is_closed for exchange in installation.sides["main"].exchanges]


def test_nothing_is_looked_at_between_two_looks_unless_asked(environment: dict[str, str], clock: Clock) -> None:
    installations = Installations(load(environment), environment, database_size=1, clock=clock)
    rewrite(environment, "every_seconds = 300", "every_seconds = 60")
    clock.now += 1.9

    assert not installations.renew()
    installations.look_now()
    assert not installations.renew()  # seen, not settled
    clock.now += 0.5
    assert installations.renew()
    assert not installations.renew()
    installations.close()


def test_half_a_file_is_not_taken(environment: dict[str, str], clock: Clock) -> None:
    path = Path(environment["ML_CONNECTOR_CONFIG"])
    whole = path.read_text().replace("every_seconds = 300", "every_seconds = 60")
    half = whole[: whole.index("[integrations.main.flows")]
    taken: list[FileSettings] = []
    watch = SettingsWatch(load(environment), clock)
    for text in (half, whole, whole):
        path.write_text(text)
        clock.now += 2.0
        watch.take(taken.append)

    assert [one.integrations["main"].flow("purchase_orders").every_seconds for one in taken] == [60]


def test_what_cannot_be_used_is_said_once_and_tried_again(environment: dict[str, str], clock: Clock) -> None:
    rewrite(environment, "every_seconds = 300", "every_seconds = 60")
    watch = SettingsWatch(load(environment), clock)
    rewrite(environment, "every_seconds = 60", "every_seconds = 61")
    missing = True

    def use(_: FileSettings) -> None:
        if missing:
            raise SettingsRefused("the secret is not there")

    with capture_logs() as logs:
        for _ in range(5):
            clock.now += 2.0
            assert not watch.take(use)
        missing = False
        clock.now += 2.0
        assert watch.take(use)
    assert [entry["reason"] for entry in logs] == ["the secret is not there"]


def test_a_defect_with_new_settings_leaves_the_old_ones_in_force(environment: dict[str, str], clock: Clock) -> None:
    watch = SettingsWatch(load(environment), clock)
    rewrite(environment, "every_seconds = 300", "every_seconds = 60")

    def use(_: FileSettings) -> None:
        raise ZeroDivisionError

    with capture_logs() as logs:
        for _ in range(3):
            clock.now += 2.0
            assert not watch.take(use)
    assert "ZeroDivisionError" in logs[0]["reason"]


def test_many_threads_take_a_change_once(environment: dict[str, str], clock: Clock) -> None:
    installations = Installations(load(environment), environment, database_size=1, clock=clock)
    rewrite(environment, "every_seconds = 300", "every_seconds = 60")
    clock.now += 2.0
    installations.renew()
    clock.now += 2.0
    start, renewed = threading.Barrier(16), []

    def work() -> None:
        start.wait()
        for _ in range(50):
            with installations.lent() as installation:
                installation.sides["main"].flow("purchase_orders")
            renewed.append(installations.renew())

    threads = [threading.Thread(target=work) for _ in range(16)]
    with capture_logs() as logs:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert [entry["event"] for entry in logs] == ["changed settings are in force"]
    assert len(renewed) == 16 * 50
    assert installations.current.sides["main"].flow("purchase_orders").every_seconds == 60
    installations.close()
