import Testing

/// Style 1.1, design section 4: what a target imports is what it declares, and what the table allows.
///
/// SwiftPM builds an undeclared import of a sibling silently. Method: read every `import` line of every
/// source file and compare it with `swift package dump-package` and with ``ImportRules``.
@Suite("Imports")
struct ImportTests {
    @Test(
        "every import is a declared direct dependency, and pure targets import no system module"
    )
    func importsAreDeclared() throws {
        let targets = try DumpedTarget.all()
        var read = 0
        for target in targets {
            let declared = modules(declaredBy: target)
            let system = systemModules(of: target)
            for path in Repository.files(in: target.folder, endings: [".swift"]) {
                for (module, line) in SwiftSource.imports(of: try Repository.text(of: path)) {
                    read += 1
                    #expect(
                        declared.contains(module) || system.contains(module),
                        "\(path):\(line): \(target.name) imports \(module), undeclared or forbidden"
                    )
                }
            }
        }
        #expect(read > 10, "only \(read) imports found: are the sources where this test looks?")
    }

    @Test("declared dependencies between our targets are those of the design's table")
    func dependenciesFollowTheTable() throws {
        let targets = try DumpedTarget.all()
        let ours = Set(targets.map(\.name))
        #expect(ours.isSuperset(of: ["GS1", "LineCore", "JournalCore"]))
        for target in targets where ["regular", "executable"].contains(target.type) && !isShim(target.name) {
            for dependency in target.dependencies.intersection(ours).sorted() {
                let allowed = ImportRules.mayImport(target.name, dependency)
                #expect(allowed != nil, "\(target.name) has no row in ImportRules.ours")
                #expect(allowed != false, "\(target.name) may not depend on \(dependency)")
            }
        }
    }

    @Test("the table itself keeps the borders: pure on pure alone, the hub apart from the line's shells")
    func tableKeepsTheBorders() {
        let lineShells = Set(ImportRules.ours.keys)
            .subtracting(ImportRules.pure).subtracting(ImportRules.hubShells).subtracting(["SystemIO"])
        for (target, allowed) in ImportRules.ours {
            if ImportRules.pure.contains(target) {
                #expect(allowed.isSubset(of: ImportRules.pure), "\(target) is pure")
            }
            if ImportRules.hubShells.contains(target) {
                #expect(allowed.isDisjoint(with: lineShells), "\(target) belongs to the hub")
            } else {
                #expect(allowed.isDisjoint(with: ImportRules.hubShells), "\(target) belongs to the line")
            }
        }
        #expect(ImportRules.ours["LineCore"]?.contains("EPCIS") == false)
        #expect(ImportRules.cShims.values.allSatisfy { $0.isDisjoint(with: ImportRules.pure) })
    }

    @Test("import lines are found in every form, and not in comments or text")
    func importForms() {
        let source = """
            import GS1
            @testable import LineCore
            package import struct Crypto.SHA256; import Dispatch
            // import Foundation
            /* import Glibc */ let text = "import NIOCore"
            let important = 1
            """
        let found = SwiftSource.imports(of: source)
        #expect(found.map(\.module) == ["GS1", "LineCore", "Crypto", "Dispatch"])
        #expect(found.map(\.line) == [1, 2, 3, 3])
    }

    private func isShim(_ name: String) -> Bool { ImportRules.cShims[name] != nil }

    private func modules(declaredBy target: DumpedTarget) -> Set<String> {
        target.dependencies.reduce(into: []) { modules, name in
            // A target's module has `_` where its name has `-`.
            modules.formUnion(ImportRules.modulesOfProducts[name] ?? [name.replacing("-", with: "_")])
        }
    }

    private func systemModules(of target: DumpedTarget) -> Set<String> {
        if ImportRules.pure.contains(target.name) { return [] }
        return target.type == "test" ? ImportRules.system.union(["Testing"]) : ImportRules.system
    }
}
