#!/usr/bin/env python3
"""The server of a transcript: stdin goes to a Unix socket, and what comes from the socket goes to stdout.

    scripted_server.py SOCKET

Whoever listens on the socket plays the server's part byte by byte. End of input on one side is passed on to the other.
Exits with status 0 when both directions have ended.
"""
import os
import socket
import sys
import threading


def copy(read, write, end):
    while True:
        data = read()
        if not data:
            break
        write(data)
    end()


def main():
    link = socket.socket(socket.AF_UNIX)
    link.connect(sys.argv[1])

    def write_output(data):
        view = memoryview(data)
        while view:
            view = view[os.write(1, view):]

    output = threading.Thread(target=copy, args=(lambda: link.recv(1 << 16), write_output, lambda: os.close(1)))
    output.start()
    copy(lambda: os.read(0, 1 << 16), link.sendall, lambda: link.shutdown(socket.SHUT_WR))
    output.join()


try:
    main()
except OSError:
    # One side is gone; there is nobody left to tell.
    os._exit(0)
