import ArgumentParser
import ControlAPI
import LineCore
import LineDaemon
import Settings

/// What the line makes: master data.
struct ProductCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "product", abstract: "Bring products' master data to the line.",
        subcommands: [Add.self, List.self, Show.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a product known, or a new version of it.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "Product (TOML, or JSON with the ending .json).") var file: String

        func run() async throws {
            let product: Product
            do throws(SettingsErrors) {
                product = try ProductFile.load(file)
            } catch {
                throw CommandFailure(error.description, status: 65)
            }
            try await client.tell(.defineProduct(ProductMessage(product)))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the products the line knows.")
        @OptionGroup var client: ClientOptions

        func run() async throws {
            let answer: ProductsAnswer = try await client.ask(.products)
            if client.json { return Output.json(answer) }
            Output.table(
                answer.products.map { entry in
                    let product = entry.product ?? ProductMessage()
                    return [
                        product.gtin, "version \(entry.version)", product.name, product.packing.text,
                        product.market,
                    ]
                })
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one product.")
        @OptionGroup var client: ClientOptions
        @Argument(help: "GTIN, 14 digits.") var gtin: String

        func run() async throws {
            let answer: ProductsAnswer = try await client.ask(.products)
            guard let entry = answer.products.first(where: { $0.product?.gtin == gtin }),
                let product = entry.product
            else {
                throw CommandFailure(
                    "CLI-150 \(gtin): the line knows no such product. seriatim product list shows them.",
                    status: 66)
            }
            if client.json { return Output.json(entry) }
            Output.line("\(product.gtin) \(product.name), version \(entry.version) by \(entry.definedBy)")
            Output.table(
                product.details.filter { !$0.value.isEmpty }.map { ["  \($0.name)", $0.value] })
        }
    }
}

extension ProductMessage {
    fileprivate var details: [(name: String, value: String)] {
        [
            ("packing", packing.text), ("market", market), ("national number", nationalNumber),
            ("unused numbers", unused), ("label of bundles", labelBundle), ("label of cases", labelCase),
            ("label of shippers", labelShipper), ("label of pallets", labelPallet),
            ("grams of a bundle", weightBundleGrams), ("grams of a case", weightCaseGrams),
            ("grams of a shipper", weightShipperGrams), ("grams of a pallet", weightPalletGrams),
        ]
    }
}
