import ControlAPI

/// Why somebody is not taken for who they say they are. What is wrong is said no closer than helps them.
enum OperatorFault {
    static let wrong = ControlFault(
        "AUTH-121", "badge or PIN is wrong", "Try again; after some wrong tries the badge is locked.",
        status: 403)

    static func locked(minutes: Int) -> ControlFault {
        ControlFault(
            "AUTH-122", "locked after too many wrong tries, for \(minutes) more min",
            "Wait, or have an admin end it: seriatim operator unlock NAME.", status: 403)
    }

    static func terminalLocked(minutes: Int) -> ControlFault {
        ControlFault(
            "AUTH-122", "this terminal is locked after too many unknown badges, for \(minutes) more min",
            "Wait, or sign on at another terminal.", status: 403)
    }

    static func expired(_ name: String, _ until: String) -> ControlFault {
        ControlFault(
            "AUTH-123", "\(name) might sign on until \(until)",
            "Have an admin add them again: seriatim operator add NAME --role ROLE.", status: 403)
    }

    static func mustChange(_ name: String) -> ControlFault {
        ControlFault(
            "AUTH-124", "\(name) has a PIN that an admin chose", "Sign on with a new one of your own.",
            status: 403)
    }

    static let sessionOver = ControlFault(
        "AUTH-126", "the session is over", "Sign on again: seriatim sign-on.", status: 403)

    static func weak(_ why: String) -> ControlFault {
        ControlFault("AUTH-134", "the new PIN \(why)", "Choose another.", status: 422)
    }

    static func notKept(_ error: any Error) -> ControlFault {
        ControlFault(
            "AUTH-128", "the file of operators cannot be written: \(error)",
            "Free space or mend the disk of the data directory, then do it again.", status: 500)
    }

    static func unknown(_ name: String) -> ControlFault {
        ControlFault(
            "AUTH-135", "there is no operator \(name.prefix(60))", "seriatim operator list shows them.",
            status: 404)
    }

    static func taken(_ what: String) -> ControlFault {
        ControlFault("AUTH-136", "\(what) is taken", "Choose another.", status: 409)
    }

    static func past(_ until: String) -> ControlFault {
        ControlFault(
            "AUTH-131", "the last day, \(until), is past",
            "Give --until a day that is to come, or leave it out.", status: 422)
    }

    static func bad(_ text: String, _ remedy: String) -> ControlFault {
        ControlFault("AUTH-137", text, remedy, status: 422)
    }

    static let lastAdmin = ControlFault(
        "AUTH-138", "this is the last admin who may sign on", "Add another admin first.", status: 409)
}
