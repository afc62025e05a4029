# python-client.py: Debian's python3-socketio as a client, led by lines of JSON
# SPDX-License-Identifier: MIT
#
#   python-client.py threads|asyncio
#
# Orders come on stdin, what happens goes to stdout; bytes are {"$bytes": base64}.
import asyncio
import base64
import json
import os
import sys
import threading

import socketio

lock = threading.Lock()
clients = {}
opened = {}  # by client: set once connect() has returned


def pack(value):
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, (list, tuple)):
        return [pack(item) for item in value]
    if isinstance(value, dict):
        return {name: pack(item) for name, item in value.items()}
    return value


def unpack(value):
    if isinstance(value, list):
        return [unpack(item) for item in value]
    if isinstance(value, dict):
        if "$bytes" in value:
            return base64.b64decode(value["$bytes"])
        return {name: unpack(item) for name, item in value.items()}
    return value


def say(**what):
    with lock:
        print(json.dumps(pack(what)), flush=True)


class Unanswered(Exception):
    """Without it the client would answer with nothing."""


def in_order(sio):
    """The client starts a thread for each packet. They overtake each other, even
    the parts of one binary event, so its own reader does their work here."""
    trigger = sio.eio._trigger_event

    def wait_for_each(event, *args, **options):
        options.pop("run_async", None)
        try:
            return trigger(event, *args, **options)
        except Unanswered:
            return None

    sio.eio._trigger_event = wait_for_each


def answer(*args):
    """Of what the server asks; some questions are left open."""
    if args[:1] == ("say nothing",):
        raise Unanswered
    return (*args, "is the answer")


async def answer_later(*args):
    try:
        return answer(*args)
    except Unanswered:
        await asyncio.Event().wait()


def make(order, kind):
    number = order["client"]
    sio = kind(reconnection_delay=0.05, reconnection_delay_max=0.2, randomization_factor=0)
    if kind is socketio.Client:
        in_order(sio)
    for ns in order["namespaces"]:
        def state(name, ns=ns):
            return lambda *args: say(client=number, ns=ns, state=name, args=args)
        for name in ("connect", "disconnect", "connect_error"):
            sio.on(name, state(name), namespace=ns)
        sio.on("*", lambda event, *args, ns=ns: say(client=number, ns=ns, event=event, args=args),
               namespace=ns)
    sio.on("question", answer_later if kind is socketio.AsyncClient else answer)
    clients[number] = sio
    return sio, {
        "url": order["url"], "headers": order.get("headers") or {}, "auth": order.get("auth"),
        "transports": order["transports"], "namespaces": order["namespaces"], "wait": False,
    }


def sending(order):
    """What emit and call have in common."""
    return {"event": order["event"], "data": tuple(unpack(order["args"])), "namespace": order["ns"]}


def answered(order):
    return (lambda *args: say(ack=order["ack"], args=args)) if "ack" in order else None


def called(order, result):
    say(ack=order["ack"], args=result if isinstance(result, tuple) else [result])


def obey(order):
    if order["do"] == "open":
        sio, options = make(order, socketio.Client)
        sio.connect(**options)
        opened[order["client"]].set()
        return
    # Until then the client has passed over what the server said.
    opened[order["client"]].wait()
    sio = clients[order["client"]]
    if order["do"] == "emit":
        sio.emit(callback=answered(order), **sending(order))
    elif order["do"] == "call":
        try:
            called(order, sio.call(timeout=order["timeout"], **sending(order)))
        except socketio.exceptions.TimeoutError:
            say(ack=order["ack"], error="timeout")
    elif order["do"] == "transport":
        say(ack=order["ack"], args=[sio.transport()])
    elif order["do"] == "close":
        sio.disconnect()


async def obey_later(order):
    if order["do"] == "open":
        sio, options = make(order, socketio.AsyncClient)
        await sio.connect(**options)
        opened[order["client"]].set()
        return
    await opened[order["client"]].wait()
    sio = clients[order["client"]]
    if order["do"] == "emit":
        await sio.emit(callback=answered(order), **sending(order))
    elif order["do"] == "call":
        try:
            called(order, await sio.call(timeout=order["timeout"], **sending(order)))
        except socketio.exceptions.TimeoutError:
            say(ack=order["ack"], error="timeout")
    elif order["do"] == "transport":
        say(ack=order["ack"], args=[sio.transport()])
    elif order["do"] == "close":
        await sio.disconnect()


def fault(order, error):
    say(client=order.get("client"), fault=repr(error), order=order["do"])


def with_threads():
    def run(order):
        try:
            obey(order)
        except Exception as error:
            fault(order, error)

    for line in sys.stdin:
        order = json.loads(line)
        opened.setdefault(order["client"], threading.Event())
        if order["do"] == "emit":
            run(order)  # in the order in which they were given
        else:
            threading.Thread(target=run, args=(order,), daemon=True).start()
    for sio in clients.values():
        sio.reconnection = False
    sys.stdout.flush()


async def with_asyncio():
    async def run(order):
        try:
            await obey_later(order)
        except Exception as error:
            fault(order, error)

    reader = asyncio.StreamReader(limit=1 << 24)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    tasks = set()
    while line := await reader.readline():
        order = json.loads(line)
        opened.setdefault(order["client"], asyncio.Event())
        if order["do"] == "emit":
            await run(order)
        else:
            task = asyncio.create_task(run(order))
            tasks.add(task)
            task.add_done_callback(tasks.discard)


if sys.argv[1] == "threads":
    with_threads()
else:
    asyncio.run(with_asyncio())
# Threads of a client that nobody has closed would wait for the server.
os._exit(0)
