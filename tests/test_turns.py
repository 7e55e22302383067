"""Turns of clients: properties that hold for every order in which queries come and end."""

from __future__ import annotations

import asyncio
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from tone_kg.service.http.problems import Problem
from tone_kg.service.http.turns import Turns

CLIENTS = "abc"
STEPS = st.lists(st.sampled_from([*CLIENTS, *CLIENTS.upper(), "give up"]), max_size=60)
"""A client's letter: it asks; in capitals: a query of it ends; or the last that waits gives up."""


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@given(
    STEPS,
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(1, 6),
    st.integers(1, 3),
)
def test_places_are_neither_lost_nor_given_twice_and_none_stays_free_in_vain(
    steps: list[str], places: int, each: int, waiting: int, each_waiting: int
) -> None:
    async def run() -> None:
        turns = Turns(places, each, waiting, each_waiting, seconds=1000)
        asked: list[tuple[str, asyncio.Task[None]]] = []
        running: Counter[str] = Counter()

        async def ask(client: str) -> None:
            await turns.enter(client)
            running[client] += 1

        for step in steps:
            queue = [(client, task) for client, task in asked if not task.done()]
            if step == "give up":
                if queue:
                    queue[-1][1].cancel()
            elif step.islower():
                mine = sum(client == step for client, _ in queue)
                task = asyncio.ensure_future(ask(step))
                asked.append((step, task))
                await settle()
                if task.done() and isinstance(error := task.exception(), Problem):
                    full = mine >= each_waiting
                    assert full or len(queue) >= waiting
                    assert error.status == (429 if full else 503)
            elif running[client := step.lower()]:
                running[client] -= 1
                turns.leave(client)
            await settle()
            left = Counter(client for client, task in asked if not task.done())
            assert sum(running.values()) <= places
            assert max(running.values(), default=0) <= each
            if sum(running.values()) < places:
                assert all(running[client] >= each for client in left), "a place is free"
        while running.total() or any(not task.done() for _, task in asked):
            for client in list(running.elements()):
                running[client] -= 1
                turns.leave(client)
            await settle()
        for _ in range(places):  # all are free again
            await asyncio.wait_for(turns.enter(f"new {_}"), 1)

    asyncio.run(run())


@given(st.lists(st.sampled_from(CLIENTS), min_size=1, max_size=40))
def test_clients_that_wait_get_every_turn_in_turn(order: list[str]) -> None:
    """While several wait, none gets a second place before each of the others had one."""

    async def run() -> None:
        turns = Turns(1, 1, 100, 100, seconds=1000)
        served: list[str] = []

        async def ask(client: str) -> None:
            await turns.enter(client)
            served.append(client)
            turns.leave(client)

        await turns.enter("first")
        tasks = [asyncio.ensure_future(ask(client)) for client in order]
        await settle()
        turns.leave("first")
        await asyncio.gather(*tasks)
        left = Counter(order)
        names = list(dict.fromkeys(order))
        expected = []
        while left.total():
            for name in names:
                if left[name]:
                    left[name] -= 1
                    expected.append(name)
        assert served == expected

    asyncio.run(run())
