"""Makes a place of its own for a command that unshare(1) has given namespaces, and runs it there.

Usage: in_namespace.py [--loopback] [--hide=FOLDER] [--read-only=FOLDER] [--small=FOLDER]
       [--host=NAME] [SYSCTL=VALUE]… -- COMMAND…
"""

import fcntl
import os
import socket
import struct
import subprocess
import sys

# Of linux/sockios.h and linux/if.h.
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def bring_loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14x", b"lo", 0)
        (flags,) = struct.unpack_from("H", fcntl.ioctl(any_socket, SIOCGIFFLAGS, request), 16)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))


def mount_empty(folder, options):
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], check=True)


def prepare(what):
    name, _, value = what.partition("=")
    if name == "--loopback":
        bring_loopback_up()
    elif name == "--hide":
        mount_empty(value, "size=4k")
    elif name == "--read-only":
        mount_empty(value, "ro,size=4k")
    elif name == "--small":
        mount_empty(value, "size=64k")
    elif name == "--host":
        socket.sethostname(os.fsencode(value))
    else:
        with open("/proc/sys/" + name.replace(".", "/"), "w") as setting:
            setting.write(value)


def main(*words):
    end = words.index("--")
    for what in words[:end]:
        prepare(what)
    os.execvp(words[end + 1], words[end + 1 :])


if __name__ == "__main__":
    main(*sys.argv[1:])
