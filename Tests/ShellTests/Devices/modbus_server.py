"""An independent Modbus server, TCP or RTU, for the tests: pymodbus, told what to do line by line.

With a terminal as its argument it is on a serial line. Prints "port N" (0 on a line). Commands on stdin:
"set REGISTER VALUE...", "get REGISTER COUNT" (prints the values), "sleep MILLISECONDS" before each reply, "quit".
Holding registers 0 to 199. With the argument "module" it has inputs and coils 0 to 63 too: "input NUMBER 0|1...",
"coils COUNT" (prints them), "drop" (all coils off).
"""

import asyncio
import sys
import time

from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

delay = 0.0


def hold_back(sending, pdu):
    """Delays replies, not requests."""
    if sending and delay:
        time.sleep(delay)
    return pdu


async def main():
    """Serves until told to quit or stdin ends."""
    global delay
    registers = [SimData(0, count=200, values=0, datatype=DataType.REGISTERS)]
    is_module = sys.argv[1:] == ["module"]
    is_serial = len(sys.argv) > 1 and not is_module
    blocks = [[SimData(0, count=64, values=False, datatype=DataType.BITS)] for _ in range(2)]
    device = SimDevice(1, (*blocks, registers, registers) if is_module else registers)
    if is_serial:
        server = ModbusSerialServer(device, port=sys.argv[1], baudrate=115200, trace_pdu=hold_back)
    else:
        server = ModbusTcpServer(device, address=("127.0.0.1", 0), trace_pdu=hold_back)
    await server.serve_forever(background=True)
    print("port", 0 if is_serial else server.transport.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    while True:
        words = (await loop.run_in_executor(None, sys.stdin.readline)).split()
        if not words or words[0] == "quit":
            break
        numbers = [int(word) for word in words[1:]]
        if words[0] == "set":
            await server.async_setValues(1, 16, numbers[0], numbers[1:])
            print("ok", flush=True)
        elif words[0] == "get":
            print(*await server.async_getValues(1, 3, numbers[0], numbers[1]), flush=True)
        elif words[0] == "input":
            await server.async_setValues(1, 2, numbers[0], [bool(number) for number in numbers[1:]])
            print("ok", flush=True)
        elif words[0] == "coils":
            print(*map(int, await server.async_getValues(1, 1, 0, numbers[0])), flush=True)
        elif words[0] == "drop":
            await server.async_setValues(1, 15, 0, [False] * 64)
            print("ok", flush=True)
        elif words[0] == "sleep":
            delay = numbers[0] / 1000
            print("ok", flush=True)
    await server.shutdown()


asyncio.run(main())
