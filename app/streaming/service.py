"""Where Faust's rebalancing meets the folds: its recovery is replaced by ours."""

from typing import TYPE_CHECKING, cast

from faust.tables.manager import TableManager as FaustTableManager
from faust.tables.recovery import RebalanceAgain, ServiceStopped
from faust.tables.recovery import Recovery as FaustRecovery
from faust.types import TP
from mode import Service
from mode.utils.locks import Event

from app.streaming.vital import end_with

if TYPE_CHECKING:
    from app.streaming.app import FoldApp


class Recovery(FaustRecovery):
    """Hands each assignment to the folds, and lets the streams go on when they are ready."""

    app: "FoldApp"

    @Service.task
    async def _restart_recovery(self) -> None:
        while not await self.wait_for_stopped(cast("Event", self.signal_recovery_start)):
            self.signal_recovery_start.clear()
            try:
                await self._take_over(self._generation_id)
            except RebalanceAgain:
                continue
            except ServiceStopped:
                break

    @Service.task
    async def _slurp_changelogs(self) -> None:
        """Nothing: changelogs are not read through the group's consumer."""

    @Service.task
    async def _publish_stats(self) -> None:
        """Nothing: the copying itself logs how far it is."""

    async def _take_over(self, generation: int) -> None:
        self._set_recovery_started()
        await self._wait(self._assign(generation))
        if generation == self.app.consumer_generation_id:
            await self._wait(self.on_recovery_completed(generation))

    async def _assign(self, generation: int) -> None:
        assignor = self.app.assignor
        actives, standbys = self._input(assignor.assigned_actives()), self._input(assignor.assigned_standbys())
        try:
            await self.app.folds.assign(generation, actives, standbys - actives)
        except Exception as error:  # noqa: BLE001 - a worker that cannot take over must not stay in the group
            end_with(error)

    def _input(self, tps: set[TP]) -> set[int]:
        return {tp.partition for tp in tps if tp.topic == self.app.source.topic}


class TableManager(FaustTableManager):
    """Faust's table manager with this recovery."""

    app: "FoldApp"

    @property
    def recovery(self) -> Recovery:
        """The recovery service."""
        if self._recovery is None:
            self._recovery = Recovery(self.app, self, beacon=self.beacon, loop=self.loop)
        return cast("Recovery", self._recovery)

    async def on_start(self) -> None:
        """Start at once. Faust sleeps a second here, for tables that are made later."""
        await self._update_channels()
        await self.recovery.start()
