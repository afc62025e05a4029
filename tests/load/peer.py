#!/usr/bin/python3
# peer.py: the same conversations on python-socketio, ASGI under uvicorn, in
# memory; prints its port
# SPDX-License-Identifier: MIT
import resource
import socket
from datetime import datetime, timezone

import socketio
import uvicorn

sio = socketio.AsyncServer(async_mode="asgi")
last = 0


def room(message):
    return "conv:" + message["conversation_id"]


@sio.event
async def join_conversation(sid, message):
    entered = sio.enter_room(sid, room(message))
    if entered is not None:  # a coroutine from 5.10 on
        await entered
    return {"ok": True}


@sio.event
async def send_message(sid, message):
    global last
    last += 1
    stored = {
        "id": str(last),
        "conversation_id": message["conversation_id"],
        "content": message["content"],
        "sender_type": message["sender_type"],
        "external_id": message["external_id"],
        "created_at": datetime.now(timezone.utc).isoformat(),
    }
    await sio.emit("message_received", stored, room=room(message))
    return {"ok": True, "id": stored["id"]}


@sio.event
async def user_typing(sid, message):
    await sio.emit(
        "typing_indicator",
        {
            "conversation_id": message["conversation_id"],
            "sender_type": message["sender_type"],
        },
        room=room(message),
        skip_sid=sid,
    )


most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
# asyncio sets TCP_NODELAY only where the protocol is named.
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
listener.bind(("127.0.0.1", 0))
listener.listen(4096)
print(listener.getsockname()[1], flush=True)
server = uvicorn.Server(
    uvicorn.Config(socketio.ASGIApp(sio), log_level="warning", backlog=4096)
)
server.run(sockets=[listener])
