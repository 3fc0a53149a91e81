// The words a line says most, by name. Any other: `BizStep("stocking")`.

extension CBVTerm where Vocabulary == BizStepVocabulary {
    package static var commissioning: Self { Self("commissioning") }
    package static var decommissioning: Self { Self("decommissioning") }
    package static var destroying: Self { Self("destroying") }
    package static var encoding: Self { Self("encoding") }
    package static var holding: Self { Self("holding") }
    package static var inspecting: Self { Self("inspecting") }
    package static var packing: Self { Self("packing") }
    package static var receiving: Self { Self("receiving") }
    package static var repackaging: Self { Self("repackaging") }
    package static var sampling: Self { Self("sampling") }
    package static var sensorReporting: Self { Self("sensor_reporting") }
    package static var shipping: Self { Self("shipping") }
    package static var unpacking: Self { Self("unpacking") }
    package static var voidShipping: Self { Self("void_shipping") }
    package static var other: Self { Self("other") }
}

extension CBVTerm where Vocabulary == DispositionVocabulary {
    package static var active: Self { Self("active") }
    package static var completenessInferred: Self { Self("completeness_inferred") }
    package static var conformant: Self { Self("conformant") }
    package static var containerClosed: Self { Self("container_closed") }
    package static var damaged: Self { Self("damaged") }
    package static var destroyed: Self { Self("destroyed") }
    package static var encoded: Self { Self("encoded") }
    package static var inProgress: Self { Self("in_progress") }
    package static var inTransit: Self { Self("in_transit") }
    package static var inactive: Self { Self("inactive") }
    package static var nonConformant: Self { Self("non_conformant") }
    package static var nonSellableOther: Self { Self("non_sellable_other") }
    package static var recalled: Self { Self("recalled") }
}

extension CBVTerm where Vocabulary == BizTransactionTypeVocabulary {
    package static var billOfLading: Self { Self("bol") }
    package static var despatchAdvice: Self { Self("desadv") }
    package static var invoice: Self { Self("inv") }
    package static var productionOrder: Self { Self("prodorder") }
    package static var purchaseOrder: Self { Self("po") }
}

extension CBVTerm where Vocabulary == SourceDestinationTypeVocabulary {
    package static var owningParty: Self { Self("owning_party") }
    package static var possessingParty: Self { Self("possessing_party") }
    package static var location: Self { Self("location") }
}

extension CBVTerm where Vocabulary == ErrorReasonVocabulary {
    package static var didNotOccur: Self { Self("did_not_occur") }
    package static var incorrectData: Self { Self("incorrect_data") }
}

/// What sensors measure and what they raise: words of the GS1 Web Vocabulary, bare in JSON.
enum SensorWords {
    /// - Source: CBV 2.0, section 7; the URIs are `https://gs1.org/voc/` or, from context 2.0.1 on,
    ///   `https://ref.gs1.org/voc/`.
    static let measurementTypes = words(
        """
        AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Radioactivity Altitude AmountOfSubstance \
        AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area \
        Capacitance Conductance Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate \
        DynamicViscosity ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy \
        Exposure Force Frequency Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum \
        Luminance LuminousFlux LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential \
        Mass MassConcentration MassFlowRate MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy \
        MolarMass MolarVolume Power Pressure RadiantFlux RadiantIntensity RelativeHumidity Resistance \
        Resistivity SolidAngle SpecificVolume Speed SurfaceDensity SurfaceTension Temperature Time Torque \
        Voltage Volume VolumeFlowRate VolumeFraction VolumetricFlux Wavenumber
        """)

    static let alerts = words("ALARM_CONDITION ERROR_CONDITION")
}
