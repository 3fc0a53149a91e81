^FX Case label, 105 x 148 mm at 8 dots/mm, landscape. Places: product, sscc (18 digits),
^FX gtin (of the units inside, 14 digits), units (how many, in all), lot (up to 20), expiry (YYMMDD), expiryText.
^FX Symbols, bottom up: (00) with 0.5 mm bars; (10) with 0.375 mm; (02)(17)(37) with 0.5 mm. Content and lot
^FX are apart because one GS1-128 symbol may hold 48 characters, fewer than a lot of 20 would need.
^XA
^CI28
^PW840
^LL1184
^FO770,40^A0R,44,40^FH^FD{product}^FS
^FO710,40^A0R,32,30^FDCONTENT {gtin}^FS
^FO710,640^A0R,32,30^FDCOUNT {units}^FS
^FO660,40^A0R,32,30^FH^FDBATCH/LOT {lot}^FS
^FO660,640^A0R,32,30^FH^FDUSE BY {expiryText}^FS
^FO610,40^A0R,32,30^FDSSCC {sscc}^FS
^BY4,3,120
^FO470,40^BCR,120,N,N,N,N^FD>;>802{gtin}17{expiry}>637{units}^FS
^BY3,3,110
^FO340,40^BCR,110,N,N,N,N^FD>;>810>6{lot}^FS
^BY4,3,256
^FO60,40^BCR,256,N,N,N,N^FD>;>800{sscc}^FS
^PQ1
^XZ
