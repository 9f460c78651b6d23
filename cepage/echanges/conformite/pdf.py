"""A PDF small enough to be made by hand: fictitious livrables."""


def pdf(titre: str, lignes: tuple[str, ...]) -> bytes:
    """A minimal valid PDF 1.4 of one page in Helvetica (Latin-1 text)."""
    texte = "BT /F1 14 Tf 60 780 Td 20 TL"
    for ligne in (titre, *lignes):
        echappee = ligne.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        texte += f" ({echappee}) Tj T*"
    flux = (texte + " ET").encode("latin-1", "replace")
    objets = (
        b"<</Type/Catalog/Pages 2 0 R/Lang(fr-FR)>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(flux), flux),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    )
    corps = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    positions = []
    for rang, objet in enumerate(objets, start=1):
        positions.append(len(corps))
        corps += b"%d 0 obj%s endobj\n" % (rang, objet)
    table = b"".join(b"%010d 00000 n \n" % position for position in positions)
    depart = len(corps)
    corps += b"xref\n0 6\n0000000000 65535 f \n" + table
    corps += b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % depart
    return bytes(corps)
