"""Whose query runs next: clients take turns, however many queries each of them sends."""

from __future__ import annotations

import asyncio
import ipaddress
from collections import Counter, OrderedDict, deque

from .problems import Problem

TOO_MANY = "you have too many queries here already; try again in a moment"
TOO_BUSY = "the service has too many queries to answer; try again in a moment"


class Turns:
    """Places for queries on one event loop.

    A client has at most `each` places. When all are taken, those who wait for one get it in
    turns, a query of each client at a time.

    Args:
        places: queries that run at once.
        each: queries of one client that run at once.
        waiting: queries that may wait.
        each_waiting: queries of one client that may wait.
        seconds: how long a query may wait.
    """

    def __init__(
        self, places: int, each: int, waiting: int, each_waiting: int, seconds: float
    ) -> None:
        self._free = places
        self._each = each
        self._room = waiting
        self._each_waiting = each_waiting
        self._seconds = seconds
        self._running: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    def enter_at_once(self, client: str) -> bool:
        """Take a place if it is there, and return whether it was."""
        if not self._free or self._running[client] >= self._each:
            return False
        self._take(client)
        return True

    async def enter(self, client: str) -> None:
        """Take a place, as soon as it is the client's turn.

        Raises:
            Problem: too many are waiting already (429 if they are the client's own, else 503), or
                the wait took too long (503).
        """
        if self.enter_at_once(client):
            return
        queue = self._waiting.setdefault(client, deque())
        if len(queue) >= self._each_waiting:
            raise Problem(429, TOO_MANY)
        if not self._room:
            if not queue:
                del self._waiting[client]
            raise Problem(503, TOO_BUSY)
        self._room -= 1
        turn = asyncio.get_running_loop().create_future()
        queue.append(turn)
        try:
            async with asyncio.timeout(self._seconds):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self.leave(client)  # the place came at the moment of giving up
            else:
                self._forget(client, turn)
            if isinstance(error, TimeoutError):
                raise Problem(503, TOO_BUSY) from None
            raise
        finally:
            self._room += 1

    def leave(self, client: str) -> None:
        """Give a client's place back."""
        self._free += 1
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]
        while self._waiting and self._free and (next_client := self._next()) is not None:
            turn = self._waiting[next_client].popleft()
            self._waiting.move_to_end(next_client)
            if not self._waiting[next_client]:
                del self._waiting[next_client]
            if not turn.done():  # else it was given up just before
                self._take(next_client)
                turn.set_result(None)

    def _next(self) -> str | None:
        """Return the client whose turn it is; None if nobody waits who may have a place."""
        return next((each for each in self._waiting if self._running[each] < self._each), None)

    def _take(self, client: str) -> None:
        self._free -= 1
        self._running[client] += 1

    def _forget(self, client: str, turn: asyncio.Future[None]) -> None:
        if turn in (queue := self._waiting.get(client, deque())):
            queue.remove(turn)
            if not queue:
                del self._waiting[client]


class Clients:
    """Tells clients apart by their addresses.

    Args:
        proxies: addresses or networks, separated by commas, whose X-Forwarded-For is believed.

    Raises:
        ValueError: one of these is no address.
    """

    def __init__(self, proxies: str = "") -> None:
        self._proxies = tuple(
            ipaddress.ip_network(each.strip()) for each in proxies.split(",") if each.strip()
        )

    def name(self, address: str, forwarded: str) -> str:
        """Return what stands for the client of a request.

        An IPv6 client has a network of 64 bits to choose addresses from, so it is that network.

        Args:
            address: who sent the request.
            forwarded: the value of its X-Forwarded-For.
        """
        hops = [address]
        if self._proxies:
            hops = [*(each.strip() for each in forwarded.split(",") if each.strip()), address]
        while len(hops) > 1 and self._is_proxy(hops[-1]):
            hops.pop()
        return _network(hops[-1]) or address

    def _is_proxy(self, address: str) -> bool:
        parsed = _parse(address)
        return parsed is not None and any(parsed in each for each in self._proxies)


def _parse(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return None


def _network(address: str) -> str | None:
    if address.count(":") < 2:  # IPv4, perhaps with a port
        return address.partition(":")[0]
    parsed = _parse(address)
    if not isinstance(parsed, ipaddress.IPv6Address):
        return None if parsed is None else str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
