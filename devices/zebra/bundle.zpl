^FX Bundle label, 75 x 50 mm at 8 dots/mm. Places: product, sscc (18 digits), gtin (of the units inside,
^FX 14 digits), units (how many), lot (up to 20), expiryText. Symbol: (00) with 0.375 mm bars.
^XA
^CI28
^PW600
^LL400
^FO30,24^A0N,32,28^FH^FD{product}^FS
^FO30,66^A0N,26,24^FDCONTENT {gtin}   COUNT {units}^FS
^FO30,100^A0N,26,24^FH^FDBATCH/LOT {lot}^FS
^FO30,134^A0N,26,24^FH^FDUSE BY {expiryText}^FS
^BY3,3,150
^FO60,176^BCN,150,N,N,N,N^FD>;>800{sscc}^FS
^FO60,346^A0N,28,26^FDSSCC {sscc}^FS
^PQ1
^XZ
