import Testing

@testable import JSONText

/// Text shown to people: what is not plain is seen as what it is.
@Suite struct PlainTextTests {
    @Test func plainTextIsLeftAlone() {
        let text = "Überprüft: 5 µs, 包装, a\\b \"c\""
        #expect(text.visible() == text)
    }

    @Test func aPhraseHasNoFullStop() {
        #expect(["", "a", "a.", "a. b.", "."].map(\.phrase) == ["", "a", "a", "a. b", ""])
    }

    @Test func whatIsNotPlainIsNamed() {
        #expect("a\u{1B}[2Jb\nc".visible() == "a\\u{1B}[2Jb\\u{A}c")
        #expect("\u{202E}x\u{7F}\u{9B}\u{2028}".visible() == "\\u{202E}x\\u{7F}\\u{9B}\\u{2028}")
        #expect("a\nb\r\nc".visible(keepingLineEnds: true) == "a\nb\\u{D}\nc")
    }
}
