"""The worker's side of trainer/worker/PROTOCOL.md."""

import collections
import json
import os
import threading

PROTOCOL = 1


class Outbox:
    """Writes messages, from any thread."""

    def __init__(self, descriptor):
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def say(self, **message):
        line = (json.dumps(message, allow_nan=False) + "\n").encode("utf-8")
        with self._lock:
            try:
                while line:
                    line = line[os.write(self._descriptor, line):]
            except OSError:
                pass  # nobody listens: the end of the input follows


class Inbox:
    """What has been asked and not been done yet; filled by the reading thread."""

    def __init__(self, outbox):
        self._outbox = outbox
        self._changed = threading.Condition()
        self._batches = collections.deque()
        self._running = None
        self._closed = False

    def read(self, lines):
        """Takes every line until the end of the input."""
        for line in lines:
            try:
                self._take(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                self._outbox.say(type="error", message="the message cannot be read: {!r}".format(error))
        with self._changed:
            self._closed = True
            self._batches.clear()
            if self._running is not None:
                self._running.cancel()
            self._changed.notify_all()

    def _take(self, message):
        kind, number = message["type"], int(message["id"])
        if kind == "cancel":
            self._cancel(number)
        elif kind == "train":
            batch = Batch(number, list(message["requests"]), message.get("shared") or {})
            with self._changed:
                self._batches.append(batch)
                self._changed.notify_all()
        else:
            self._outbox.say(type="error", message="a message of the unknown type '{}'".format(kind))

    def _cancel(self, number):
        with self._changed:
            for batch in list(self._batches) + ([self._running] if self._running else []):
                if batch.number == number:
                    batch.cancel()

    def next(self):
        """The next batch; None when no more will come."""
        with self._changed:
            self._running = None
            self._changed.wait_for(lambda: self._closed or self._batches)
            if self._closed:
                return None
            self._running = self._batches.popleft()
            return self._running


class Batch:
    """Requests that came in one message."""

    def __init__(self, number, requests, shared):
        self.number = number
        self.requests = [dict(shared, **request) for request in requests]
        self.flag = threading.Event()
        self.training = None

    def cancel(self):
        """Ends what runs; from the reading thread."""
        self.flag.set()
        stop = getattr(self.training, "stop", None)
        if stop is not None:
            stop()


def serve(trainer, device, train, lines, outbox):
    """Says hello, then trains batch after batch until the input ends. `train(batch, request, on_epoch)`
    gives the result of one request as a JSON value."""
    outbox.say(type="hello", protocol=PROTOCOL, trainer=trainer, device=device)
    inbox = Inbox(outbox)
    reader = threading.Thread(target=inbox.read, args=(lines,), daemon=True)
    reader.start()
    batch = inbox.next()
    while batch is not None:
        for place, request in enumerate(batch.requests):
            _one(batch, place, request, train, outbox)
        outbox.say(type="done", id=batch.number)
        batch = inbox.next()


def _one(batch, place, request, train, outbox):
    def on_epoch(epoch, epochs, seconds):
        outbox.say(type="progress", id=batch.number, request=place, epoch=epoch, epochs=epochs,
                   seconds=seconds)

    result = train(batch, request, on_epoch)
    outbox.say(type="result", id=batch.number, request=place, result=result)
