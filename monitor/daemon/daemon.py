"""Kulkul, running: register → scheduler → probes → recorder → store, metrics and page."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime, timedelta

import monitor
from monitor.core.card import DomainCard, DomainLine
from monitor.core.route import Routing
from monitor.core.service import Registry
from monitor.core.window import Window
from monitor.daemon.accounting import Accounting
from monitor.daemon.closing import Closing
from monitor.daemon.heartbeat import make_heartbeat
from monitor.daemon.inspecting import Inspecting
from monitor.daemon.maintenance import Maintenance
from monitor.daemon.neighbours import NameServers
from monitor.daemon.notices import ServiceManager
from monitor.daemon.process import raise_file_limit, settle_memory
from monitor.daemon.register import active_checks, fingerprint, fixed, reread
from monitor.daemon.rollups import Rollups
from monitor.daemon.scheduling import make_scheduler
from monitor.daemon.seat import StartError, open_store, step_aside
from monitor.daemon.signals import signals
from monitor.daemon.summary import summary
from monitor.daemon.table import rows
from monitor.daemon.telling import Telling
from monitor.daemon.vantage import make_vantage
from monitor.daemon.watching import make_watching
from monitor.metrics import Exposition
from monitor.probes.tls import TrustError
from monitor.probes.uplink import Uplink
from monitor.recorder import Board, Recorder
from monitor.recorder.recorder import utc_now
from monitor.reports.desk import Desk
from monitor.reports.workshop import Workshop
from monitor.scheduler import Housekeeping, Scheduler
from monitor.settings import ConfigurationError, Settings
from monitor.store import Store, StoreError
from monitor.web import Cards, Health, Language, ReportApi, Row, Table, WebError, WebServer, build_app

LOOK_FOR_CHANGES = timedelta(seconds=5)
LOOK_AT_CALENDAR = timedelta(minutes=10)
"""How soon after midnight a service enters or leaves its registered life."""
PATIENCE = timedelta(seconds=10)
"""How long a stopping daemon waits for probes under way: half of most service managers' own patience."""
LATE_SECONDS = 60.0
"""From here on a daemon is too late to be called well: an interval of the tightest usual checks."""
LOOK_FOR_WINDOWS = timedelta(seconds=5)
LOOK_AT_OUTBOX = timedelta(seconds=5)
LOOK_AT_FINDINGS = timedelta(seconds=5)
LOOK_FOR_MONTHS = timedelta(minutes=10)
COUNT_THE_MONTH = timedelta(seconds=30)
LOOK_FOR_NAME_SERVERS = timedelta(seconds=30)

SAY_HOW_THINGS_STAND = timedelta(seconds=10)

NO_ROUTES = Routing()
NO_MANAGER = ServiceManager({})

_log = logging.getLogger(__name__)


class Daemon:
    """One vantage with its store and its pages.

    Args:
        settings: as loaded.
        registry: as loaded; replaced by `reload`.
        windows: of announced maintenance, as loaded; replaced by `reload`.
        routing: who is told what, as loaded; replaced by `reload`.
        manager: the service manager, told of start, reload, end and signs of life.
    """

    def __init__(
        self,
        settings: Settings,
        registry: Registry,
        windows: Sequence[Window] = (),
        routing: Routing = NO_ROUTES,
        manager: ServiceManager = NO_MANAGER,
    ) -> None:
        self.settings = settings
        self.registry = registry
        self._windows = windows
        self.routing = routing
        self.exposition = Exposition(monitor.__version__)
        self.board = Board(settings.vantage.name)
        self.health = Health()
        cards = Cards(card=self._card, lines=self._lines)
        reports = ReportApi(
            lambda: self._desk, Language(settings.language), self.exposition.own.count_report_request
        )
        self.web = WebServer(build_app(self.exposition, self.health, self._table(), cards, reports))
        self._recorder: Recorder
        self._scheduler: Scheduler
        self._stop = asyncio.Event()
        self._reloading = asyncio.Lock()
        self._maintenance: Maintenance
        self._telling: Telling
        self._name_servers: NameServers
        self._uplink: Uplink
        self._inspecting: Inspecting
        self._closing: Closing
        self._accounting: Accounting
        self._rollups: Rollups
        self._desk: Desk
        self._manager = manager
        self._seen = fingerprint(settings)
        self._followed: set[str] = set()

    async def run(self, *, ready: asyncio.Event | None = None) -> bool:
        """Run until SIGTERM, SIGINT or `stop`; returns whether everything measured could be stored.

        Args:
            ready: set once the pages are served and probing has begun.
        Raises:
            StartError: the database, the port or the certificate authorities cannot be used.
        """
        raise_file_limit()
        store = await open_store(self.settings, self._stop, self._manager)
        if store is None:
            return True
        async with self._parts(store):
            tasks = [
                asyncio.create_task(self._recorder.run(), name="recorder"),
                asyncio.create_task(self._uplink.run(), name="uplink"),
                asyncio.create_task(self._scheduler.run(), name="scheduler"),
                asyncio.create_task(step_aside(store), name="step aside"),
            ]
            telling = list(self._telling.tasks())
            tasks += [*telling, *self._beating(), *self._inspecting.tasks()]
            with signals(self.stop, self.reload), self._housekeeping():
                settle_memory()
                self.health.ready()
                _log.info("%s", self._greeting())
                self._warn()
                self._say_how_things_stand()
                self._manager.ready()
                if ready is not None:
                    ready.set()
                stopping = asyncio.create_task(self._stop.wait(), name="stop")
                await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
            self.health.not_ready("The daemon is stopping.")
            self._manager.stopping()
            _log.info("stopping; waiting for the probes under way")
            await self._scheduler.drain(PATIENCE)
            stored = await self._recorder.close()
            if not stored:
                _log.error("%d results could not be stored", self._recorder.waiting_results)
            await self._telling.stop(telling)
            for task in (*tasks, stopping):
                task.cancel()
            for outcome in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(outcome, Exception):
                    raise outcome
        return stored

    def _warn(self) -> None:
        """Say what an operator may have left out without meaning to."""
        if not self.routing.routes:
            _log.warning("%s holds no routes: nobody is told of an outage", self.settings.routes)
        if not self.settings.uplink.canaries:
            _log.warning("there are no canaries: a fault of our own connection may pass for the sites'")

    def stop(self) -> None:
        """Ask the daemon to stop."""
        self._stop.set()

    def rows(self) -> list[Row]:
        """Return what is held to be true of every service now."""
        maintained = self._maintenance.covered(utc_now())
        return rows(
            self.registry, self.board, maintained, self._recorder.casebook.names, self._accounting.month
        )

    @property
    def blind_since(self) -> datetime | None:
        """Since when this vantage cannot see; None: it can."""
        period = self._recorder.eyes.period
        return None if period is None else period.began_at

    async def reload(self) -> None:
        """Take over the register as it stands in the files now; one that is not whole changes nothing."""
        async with self._reloading:
            with self._manager.reloading():
                await self._reload()

    async def _reload(self) -> None:
        own = self.exposition.own
        self._seen = fingerprint(self.settings)
        try:
            settings, registry, windows, routing = await reread(self.settings.path)
        except ConfigurationError as error:
            own.register_last_reload_success.set(0)
            _log.error("the register was not reloaded; the one before stays in force:\n%s", error)
            return
        if fixed(settings) != fixed(self.settings):
            _log.warning(
                "changes to vantage, time_zone, probing, uplink, heartbeat, inspections, web and "
                "database wait for the next start"
            )
        try:
            await self._follow(settings, registry)
            await self._maintenance.take(registry, windows)
            self._show_maintenance()
            await self._telling.follow(registry, routing)
            # Last: what it closes then is nobody's any more.
            self._inspecting.follow(registry, settings.time_zone)
            self.routing = routing
        except StoreError as error:
            own.register_last_reload_success.set(0)
            self._seen = ()  # the files are fine: try them again at the next look
            _log.error("the register was not reloaded: %s", error)

    async def _follow(self, settings: Settings, registry: Registry) -> None:
        """Hand a register to everything that works from it."""
        checks = active_checks(registry, settings, utc_now())
        await self._recorder.follow(registry, checks)
        self._scheduler.replace(checks)
        self._name_servers.follow(checks)
        self.settings, self.registry = settings, registry
        self._followed = {check.id for check in checks}
        own = self.exposition.own
        own.register_last_reload_success.set(1)
        own.register_last_reload_timestamp.set_to_current_time()
        own.register_services.set(len(registry.services))
        own.register_checks.set(len(checks))
        _log.info("following %d services with %d checks", len(registry.services), len(checks))

    @contextlib.asynccontextmanager
    async def _parts(self, store: Store) -> AsyncIterator[None]:
        """Open what must be opened, in order; close it in the reverse."""
        async with contextlib.AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(store)
                vantage = make_vantage(self.settings)
                stack.push_async_callback(vantage.close)
                watching = make_watching(self.settings, store, self.board, self.exposition, vantage)
                self._recorder, self._uplink = watching.recorder, watching.uplink
                self._name_servers = watching.name_servers
                self._maintenance = Maintenance(store)
                self._closing = Closing(store, utc_now)
                self._accounting = Accounting(store, self.exposition.accounts, utc_now)
                self._rollups = Rollups(store, lambda: self.settings, self.exposition.own)
                workshop = Workshop()
                stack.callback(workshop.close)
                covered = self._maintenance.covered
                self._telling = Telling(self.settings, store, self.exposition.own, covered, workshop)
                self._inspecting = Inspecting(
                    self.settings,
                    store,
                    vantage,
                    self.exposition.insight,
                    blind=lambda: self.blind_since is not None,
                    now=utc_now,
                )
                stack.push_async_callback(self._inspecting.close)
                own, see = self.exposition.own, self._inspecting.see
                self._scheduler = make_scheduler(
                    self.settings, vantage, self._recorder, own, see, self._manager
                )
                url = self.settings.database.url
                self._desk = Desk(store, url, lambda: (self.settings, self.registry), utc_now, workshop)
                await self.web.start(self.settings.web.host, self.settings.web.port)
                stack.push_async_callback(self.web.stop)
                await self._recorder.load()
                await self._inspecting.load()
                await self._follow(self.settings, self.registry)
                await self._maintenance.take(self.registry, self._windows)
                self._show_maintenance()
                await self._telling.follow(self.registry, self.routing)
                self._inspecting.follow(self.registry, self.settings.time_zone)
            except (StoreError, WebError, TrustError) as error:
                raise StartError(str(error)) from error
            yield

    @contextlib.contextmanager
    def _housekeeping(self) -> Iterator[None]:
        jobs = Housekeeping()
        jobs.every(LOOK_FOR_CHANGES, "look for changed files", self._reload_if_changed)
        jobs.every(LOOK_AT_CALENDAR, "look at the calendar", self._follow_calendar)
        jobs.every(LOOK_FOR_WINDOWS, "look for maintenance", self._follow_windows)
        jobs.every(LOOK_AT_OUTBOX, "look at the outbox", self._look_at_outbox)
        jobs.every(LOOK_AT_FINDINGS, "look at the findings", self._look_at_findings)
        jobs.every(LOOK_FOR_MONTHS, "close months", self._close_months, at_once=True)
        jobs.every(COUNT_THE_MONTH, "count the month", self._count_the_month, at_once=True)
        jobs.every(LOOK_FOR_NAME_SERVERS, "look for name servers", self._name_servers.refresh)
        jobs.every(SAY_HOW_THINGS_STAND, "say how things stand", self._say_how_things_stand)
        self._rollups.join(jobs)
        jobs.start()
        try:
            yield
        finally:
            jobs.stop()

    async def _reload_if_changed(self) -> None:
        if fingerprint(self.settings) != self._seen:
            await self.reload()

    async def _follow_calendar(self) -> None:
        """Let services begin and end on their day."""
        async with self._reloading:  # or a reload under way would be undone by the register before it
            checks = active_checks(self.registry, self.settings, utc_now())
            if {check.id for check in checks} != self._followed:
                await self._follow(self.settings, self.registry)
                self._inspecting.follow(self.registry, self.settings.time_zone)

    async def _follow_windows(self) -> None:
        """See windows that were announced or ended by command, and those that begin and end by themselves."""
        try:
            await self._maintenance.refresh()
        except StoreError as error:
            _log.warning("announced maintenance could not be read; what was known stays in force: %s", error)
        self._show_maintenance()

    def _beating(self) -> Iterator[asyncio.Task[None]]:
        """Begin to call the dead man's switch, if there is one."""
        heart = make_heartbeat(self.settings, self._healthy, self.exposition.own.heartbeat_success.set)
        if heart is not None:
            yield asyncio.create_task(heart.run(), name="heartbeat")

    def _healthy(self) -> bool:
        """Whether the daemon does what it is for: it stores, it sees, and it is on time."""
        on_time = self._scheduler.latest_lateness < LATE_SECONDS
        return self._recorder.storing and self.blind_since is None and on_time

    async def _look_at_outbox(self) -> None:
        with contextlib.suppress(StoreError):  # the recorder says so already
            await self._telling.look()

    async def _look_at_findings(self) -> None:
        with contextlib.suppress(StoreError):  # the recorder says so already
            await self._inspecting.refresh()

    async def _close_months(self) -> None:
        await self._closing.look(self.registry, self.settings)

    async def _count_the_month(self) -> None:
        await self._accounting.look(self.registry, self.settings)

    async def _card(self, domain: str) -> DomainCard | None:
        return await self._inspecting.card(domain)

    async def _lines(self) -> Sequence[DomainLine]:
        return await self._inspecting.lines()

    def _say_how_things_stand(self) -> None:
        statuses = [self.board.status(one) for one in self.registry.services if self.board.follows(one)]
        unstored = 0 if self._recorder.storing else self._recorder.waiting_results
        self._manager.status(summary(statuses, unstored, Language(self.settings.language)))

    def _show_maintenance(self) -> None:
        self.exposition.observe_maintenance(self._maintenance.covered(utc_now()))

    def _table(self) -> Table:
        return Table(
            rows=self.rows,
            now=utc_now,
            zone=self.settings.time_zone,
            vantage=self.settings.vantage.name,
            version=monitor.__version__,
            language=Language(self.settings.language),
            blind_since=lambda: self.blind_since,
        )

    def _greeting(self) -> str:
        host = self.settings.web.host
        shown = f"[{host}]" if ":" in host else host
        return f"Kulkul {monitor.__version__} is watching; see http://{shown}:{self.web.port}/"
