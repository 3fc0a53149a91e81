import CUdev
import DeviceCore
import Glibc

/// What is plugged in now: serial ports and input devices with keys, as udev describes them.
///
/// Properties come from udev's database; where there is none (containers) vendor, product, serial number and
/// interface come from the kernel. A device whose rules have not run yet is left out where udev runs: its
/// names are not there yet, and an event follows.
/// - Source: libudev(3), systemd.net-naming-scheme(7) for the property names.
public enum PortCensus {
    /// Looks once. Reads files of `/sys` and `/run/udev`: some milliseconds, never on an event loop.
    ///
    /// - Returns: Ports in the order of their nodes; empty where the system tells nothing.
    public static func look() -> [PluggedPort] {
        guard let udev = udev_new() else { return [] }
        defer { udev_unref(udev) }
        return (ports(udev, "tty") + ports(udev, "input")).sorted { $0.node < $1.node }
    }

    private static func ports(_ udev: OpaquePointer, _ subsystem: String) -> [PluggedPort] {
        guard let enumeration = udev_enumerate_new(udev) else { return [] }
        defer { udev_enumerate_unref(enumeration) }
        udev_enumerate_add_match_subsystem(enumeration, subsystem)
        if access("/run/udev/control", F_OK) == 0 { udev_enumerate_add_match_is_initialized(enumeration) }
        guard udev_enumerate_scan_devices(enumeration) >= 0 else { return [] }
        var ports: [PluggedPort] = []
        var entry = udev_enumerate_get_list_entry(enumeration)
        while let current = entry {
            entry = udev_list_entry_get_next(current)
            // A device may go away between the list and the look at it.
            guard let path = udev_list_entry_get_name(current),
                let device = udev_device_new_from_syspath(udev, path)
            else { continue }
            defer { udev_device_unref(device) }
            if let port = port(device, subsystem == "tty" ? .serial : .input) { ports.append(port) }
        }
        return ports
    }

    private static func port(_ device: OpaquePointer, _ kind: PluggedPort.Kind) -> PluggedPort? {
        guard let node = text(udev_device_get_devnode(device)), isPort(device, kind) else { return nil }
        let parent = udev_device_get_parent_with_subsystem_devtype(device, "usb", "usb_device")
        let interface = udev_device_get_parent_with_subsystem_devtype(device, "usb", "usb_interface")
        func property(_ key: String, _ attribute: String, of owner: OpaquePointer?) -> String? {
            text(udev_device_get_property_value(device, key))
                ?? owner.flatMap { text(udev_device_get_sysattr_value($0, attribute)) }
        }
        let vendor = property("ID_VENDOR_ID", "idVendor", of: parent).flatMap { USBIdentifier.number($0) }
        let product = property("ID_MODEL_ID", "idProduct", of: parent).flatMap { USBIdentifier.number($0) }
        var port = PluggedPort(kind: kind, node: node, links: links(device))
        if let vendor, let product { port.usb = USBIdentifier(vendor: vendor, product: product) }
        port.serial = property("ID_SERIAL_SHORT", "serial", of: parent)
        port.interface = property("ID_USB_INTERFACE_NUM", "bInterfaceNumber", of: interface)
        port.path = text(udev_device_get_property_value(device, "ID_PATH"))
        port.name = [
            property("ID_VENDOR", "manufacturer", of: parent), property("ID_MODEL", "product", of: parent),
        ].compactMap { $0 }.joined(separator: " ")
        return port
    }

    /// Virtual terminals and sockets of serial chips that are not there are none; nor are mice and buttons.
    private static func isPort(_ device: OpaquePointer, _ kind: PluggedPort.Kind) -> Bool {
        switch kind {
        case .serial:
            guard udev_device_get_parent(device) != nil else { return false }
            return text(udev_device_get_sysattr_value(device, "type")) != "0"
        case .input:
            guard let name = text(udev_device_get_sysname(device)), name.hasPrefix("event") else {
                return false
            }
            return text(udev_device_get_property_value(device, "ID_INPUT_KEYBOARD")) == "1"
        }
    }

    private static func links(_ device: OpaquePointer) -> [String] {
        var links: [String] = []
        var entry = udev_device_get_devlinks_list_entry(device)
        while let current = entry {
            if let link = text(udev_list_entry_get_name(current)) { links.append(link) }
            entry = udev_list_entry_get_next(current)
        }
        return links.sorted()
    }

    /// What a device says of itself, as one printable line: it comes from outside.
    private static func text(_ pointer: UnsafePointer<CChar>?) -> String? {
        guard let pointer else { return nil }
        let bytes = UnsafeBufferPointer(start: pointer, count: min(strlen(pointer), 512))
        let text = String(
            decoding: bytes.map { (0x20...0x7E).contains($0) ? UInt8($0) : 0x3F }, as: UTF8.self)
        return text.isEmpty ? nil : text
    }
}
