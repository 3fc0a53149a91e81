"""Plugs scanners in and out of a machine that is not there, while a line runs on it.

Run under umockdev-wrapper by the system's Python: `hotplug.py PROGRAM CONFIGURATION SOCKET PROFILES`. Each line of
the output is one thing seen; the last is "done". Status 1 with the reason at the first that was not.
"""
import json, os, subprocess, sys, time
import gi
gi.require_version("UMockdev", "1.0")
from gi.repository import UMockdev

program, configuration, socket, profiles = sys.argv[1:]
testbed = UMockdev.Testbed.new()


def plug(node, minor, serial, usb="05e0:1701", path="1"):
    """A USB serial port; returns its place in /sys."""
    vendor, product = usb.split(":")
    parent = f"/devices/pci0/usb1/1-{path}"
    testbed.add_from_string(f"""P: {parent}
E: DEVTYPE=usb_device
E: SUBSYSTEM=usb
A: idVendor={vendor}
A: idProduct={product}

P: {parent}/1-{path}:1.0/tty/{node}
N: {node}
E: SUBSYSTEM=tty
E: DEVNAME=/dev/{node}
E: ID_VENDOR_ID={vendor}
E: ID_MODEL_ID={product}
E: ID_SERIAL_SHORT={serial}
E: ID_USB_INTERFACE_NUM=00
E: ID_PATH=pci-0-usb-0:{path}:1.0
A: dev=4:{minor}
""")
    return f"/sys{parent}/1-{path}:1.0/tty/{node}"


def unplug(place):
    """In the kernel's order: the node is gone, then the event is sent. Else it could be opened once more."""
    os.unlink(os.path.join(testbed.get_root_dir(), "dev", os.path.basename(place)))
    testbed.uevent(place, "remove")
    testbed.remove_device(place)


def ask(*arguments):
    said = subprocess.run([program, *arguments, "--socket", socket, "--json"], capture_output=True, text=True)
    return json.loads(said.stdout) if said.returncode == 0 else None


def scanner():
    answer = ask("devices", "list")
    return next(d for d in answer["devices"] if d["name"] == "scanner") if answer else {"condition": ""}


def expect(what, test, seconds=5.0):
    """Waits until the test holds; returns the seconds it took."""
    began = time.monotonic()
    while not test():
        if time.monotonic() - began > seconds:
            print(f"not seen: {what}: {scanner()}")
            sys.exit(1)
        time.sleep(0.02)
    print(what, flush=True)
    return time.monotonic() - began


def reads(node, text):
    """The scanner at the node reads a command barcode; the line answers it."""
    before = scanner()["answerAt"]
    descriptor = testbed.get_dev_fd("/dev/" + node)
    os.write(descriptor, text.encode() + b"\r")
    return lambda: scanner()["answerAt"] != before


line = subprocess.Popen([program, "run", "--config", configuration, "--profiles", profiles],
                        stdout=sys.stderr, stderr=sys.stderr)
try:
    expect("the line runs", lambda: ask("status") is not None, 20)
    expect("nothing is plugged in", lambda: "nothing that fits" in scanner()["lastFault"])
    bridge = plug("ttyUSB0", 66, "S1", usb="1a86:7523", path="3")
    other = plug("ttyACM0", 67, "S2", path="2")
    time.sleep(0.5)
    expect("others are not taken for it", lambda: scanner()["condition"] == "stale")
    place = plug("ttyACM1", 68, "S1")
    took = expect("it is plugged in", lambda: scanner()["condition"] == "connected")
    seen = reads("ttyACM1", "]C0SR/OK")
    expect("it reads", seen)
    since = scanner()["since"]
    for _ in range(5):
        testbed.uevent(place, "add")
        testbed.uevent(place, "change")
    time.sleep(0.5)
    expect("told twice it stays", lambda: scanner()["since"] == since and scanner()["faults"] == 0)
    unplug(other)
    time.sleep(0.3)
    expect("another's end is not its own", lambda: scanner()["since"] == since)
    for round in range(3):
        unplug(place)
        # Within a second, as the line must see it.
        expect("it is unplugged", lambda: scanner()["condition"] == "stale", 1.0)
        expect("and said so", lambda: "unplugged" in scanner()["lastFault"] or "fits" in scanner()["lastFault"])
        place = plug(f"ttyACM{3 + round}", 70 + round, "S1", path=str(4 + round))
        expect("it is back under another node", lambda: scanner()["condition"] == "connected", 1.0)
        expect("it reads again", reads(f"ttyACM{3 + round}", "]C0SR/OK"))
    twin = plug("ttyACM9", 80, "S1", path="9")
    since = scanner()["since"]
    unplug(place)

    def changed():
        # One answer: of two, the first can be from before the loss and the second from within it.
        now = scanner()
        return now["condition"] == "connected" and now["since"] != since

    expect("its twin takes its place", changed, 2.0)
    expect("the twin reads", reads("ttyACM9", "]C0SR/OK"))
    found = subprocess.run([program, "devices", "scan", "--profiles", profiles], capture_output=True, text=True)
    print(found.stdout)
finally:
    line.terminate()
    line.wait(10)
print("stopped with", line.returncode)
print("done")
