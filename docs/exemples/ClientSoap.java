import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import javax.xml.XMLConstants;
import javax.xml.crypto.dom.DOMStructure;
import javax.xml.crypto.dsig.DigestMethod;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.SignedInfo;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.keyinfo.KeyInfo;
import javax.xml.crypto.dsig.keyinfo.KeyInfoFactory;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/**
 * Un client complet du service SOAP de Cépage, sans autre bibliothèque que celles du JDK (17 ou plus récent).
 *
 * <pre>java ClientSoap.java https://…/soap/v1 cle-privee.pem certificat.pem 08 CEP_08_AB_20210312_0001.zip</pre>
 *
 * Il joint le fichier selon MTOM, signe le corps et l'horodatage, envoie, puis relit l'accusé. La clé privée est en
 * PKCS#8, RSA ou courbe elliptique. Il écrit l'identifiant de l'envoi et son statut, ou la faute et son remède.
 */
public final class ClientSoap {
    private static final String SOAP = "http://www.w3.org/2003/05/soap-envelope";
    private static final String OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-";
    private static final String WSSE = OASIS + "wssecurity-secext-1.0.xsd";
    private static final String WSU = OASIS + "wssecurity-utility-1.0.xsd";
    private static final String X509V3 = OASIS + "x509-token-profile-1.0#X509v3";
    private static final String BASE64 = OASIS + "soap-message-security-1.0#Base64Binary";
    private static final String XOP = "http://www.w3.org/2004/08/xop/include";
    private static final String CEPAGE = "urn:cepage:point-d-echange:1";
    private static final String EXC_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#";

    private final URI adresse;
    private final PrivateKey cle;
    private final X509Certificate certificat;

    private ClientSoap(URI adresse, PrivateKey cle, X509Certificate certificat) {
        this.adresse = adresse;
        this.cle = cle;
        this.certificat = certificat;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 5) {
            System.err.println("Usage : java ClientSoap.java ADRESSE CLE_PRIVEE CERTIFICAT LOT FICHIER");
            System.exit(3);
        }
        ClientSoap client = new ClientSoap(
            URI.create(arguments[0]), lireCle(Path.of(arguments[1])), lireCertificat(Path.of(arguments[2])));
        Path fichier = Path.of(arguments[4]);
        Element depose = client.deposer(arguments[3], fichier.getFileName().toString(), Files.readAllBytes(fichier));
        String envoi = texte(depose, "envoi");
        Element relu = client.relire(envoi);
        System.out.println(envoi + " " + texte(relu, "statut"));
        System.exit(texte(relu, "statut").equals(texte(depose, "statut")) ? 0 : 1);
    }

    /** Dépose un fichier joint à part : son empreinte, signée avec le corps, le protège. */
    private Element deposer(String lot, String nom, byte[] octets) throws Exception {
        Document message = enveloppe("deposerEnvoi");
        Element demande = (Element) message.getElementsByTagNameNS(CEPAGE, "deposerEnvoi").item(0);
        ajouter(demande, "lot", lot);
        ajouter(demande, "nom", nom);
        ajouter(demande, "empreinte", HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets)));
        Element inclus = message.createElementNS(XOP, "xop:Include");
        inclus.setAttribute("href", "cid:fichier@client");
        ajouter(demande, "fichier", "").appendChild(inclus);
        signer(message);
        String limite = "limite-" + UUID.randomUUID();
        ByteArrayOutputStream corps = new ByteArrayOutputStream();
        corps.write(("--" + limite + "\r\nContent-Type: application/xop+xml; charset=utf-8; "
            + "type=\"application/soap+xml\"\r\nContent-Transfer-Encoding: 8bit\r\nContent-ID: <racine@client>\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
        corps.write(octets(message));
        corps.write(("\r\n--" + limite + "\r\nContent-Type: application/octet-stream\r\n"
            + "Content-Transfer-Encoding: binary\r\nContent-ID: <fichier@client>\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
        corps.write(octets);
        corps.write(("\r\n--" + limite + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return envoyer("multipart/related; boundary=\"" + limite + "\"; type=\"application/xop+xml\"; "
            + "start=\"<racine@client>\"; start-info=\"application/soap+xml\"", corps.toByteArray());
    }

    private Element relire(String envoi) throws Exception {
        Document message = enveloppe("lireAccuse");
        ajouter((Element) message.getElementsByTagNameNS(CEPAGE, "lireAccuse").item(0), "envoi", envoi);
        signer(message);
        return envoyer("application/soap+xml; charset=utf-8", octets(message));
    }

    private Element envoyer(String type, byte[] corps) throws Exception {
        HttpRequest demande = HttpRequest.newBuilder(adresse).timeout(Duration.ofMinutes(5))
            .header("Content-Type", type).POST(HttpRequest.BodyPublishers.ofByteArray(corps)).build();
        HttpResponse<String> reponse = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()
            .send(demande, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        Element racine = fabrique().newDocumentBuilder().parse(new InputSource(new StringReader(reponse.body())))
            .getDocumentElement();
        if (reponse.statusCode() != 200) {
            System.err.println(texte(racine, "code") + " : " + texte(racine, "detail") + " " + texte(racine, "remede"));
            System.exit(2);
        }
        return racine;
    }

    private static Document enveloppe(String operation) throws Exception {
        Document message = fabrique().newDocumentBuilder().newDocument();
        Element enveloppe = message.createElementNS(SOAP, "env:Envelope");
        message.appendChild(enveloppe);
        enveloppe.appendChild(message.createElementNS(SOAP, "env:Header"));
        Element corps = message.createElementNS(SOAP, "env:Body");
        enveloppe.appendChild(corps);
        corps.appendChild(message.createElementNS(CEPAGE, "c:" + operation));
        return message;
    }

    /** L'en-tête de sécurité : le certificat, l'horodatage, et la signature du corps et de l'horodatage. */
    private void signer(Document message) throws Exception {
        Element corps = (Element) message.getElementsByTagNameNS(SOAP, "Body").item(0);
        Element entete = (Element) message.getElementsByTagNameNS(SOAP, "Header").item(0);
        Element securite = message.createElementNS(WSSE, "wsse:Security");
        securite.setAttributeNS(SOAP, "env:mustUnderstand", "true");
        entete.appendChild(securite);
        Element jeton = message.createElementNS(WSSE, "wsse:BinarySecurityToken");
        jeton.setAttribute("EncodingType", BASE64);
        jeton.setAttribute("ValueType", X509V3);
        jeton.setTextContent(Base64.getEncoder().encodeToString(certificat.getEncoded()));
        securite.appendChild(jeton);
        Element horodatage = message.createElementNS(WSU, "wsu:Timestamp");
        Instant maintenant = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        ajouter(horodatage, WSU, "wsu:Created", maintenant.toString(), message);
        ajouter(horodatage, WSU, "wsu:Expires", maintenant.plus(Duration.ofMinutes(5)).toString(), message);
        securite.appendChild(horodatage);
        String nomCorps = nommer(corps);
        String nomHorodatage = nommer(horodatage);
        String nomJeton = nommer(jeton);
        // La canonisation du JDK lit les déclarations d'espaces de noms, que le DOM ne porte pas de lui-même.
        message.normalizeDocument();
        corps.setIdAttributeNS(WSU, "Id", true);
        horodatage.setIdAttributeNS(WSU, "Id", true);

        XMLSignatureFactory fabrique = XMLSignatureFactory.getInstance("DOM");
        String methode = "http://www.w3.org/2001/04/xmldsig-more#"
            + (cle.getAlgorithm().equals("RSA") ? "rsa" : "ecdsa") + "-sha256";
        SignedInfo information = fabrique.newSignedInfo(
            fabrique.newCanonicalizationMethod(EXC_C14N, (C14NMethodParameterSpec) null),
            fabrique.newSignatureMethod(methode, null),
            List.of(reference(fabrique, nomCorps), reference(fabrique, nomHorodatage)));
        Element renvoi = message.createElementNS(WSSE, "wsse:SecurityTokenReference");
        Element lien = message.createElementNS(WSSE, "wsse:Reference");
        lien.setAttribute("URI", "#" + nomJeton);
        lien.setAttribute("ValueType", X509V3);
        renvoi.appendChild(lien);
        KeyInfoFactory cles = fabrique.getKeyInfoFactory();
        KeyInfo donnee = cles.newKeyInfo(List.of(new DOMStructure(renvoi)));
        DOMSignContext contexte = new DOMSignContext(cle, securite);
        contexte.setDefaultNamespacePrefix("ds");
        fabrique.newXMLSignature(information, donnee).sign(contexte);
    }

    private static Reference reference(XMLSignatureFactory fabrique, String nom) throws Exception {
        return fabrique.newReference("#" + nom, fabrique.newDigestMethod(DigestMethod.SHA256, null),
            List.of(fabrique.newTransform(EXC_C14N, (TransformParameterSpec) null)), null, null);
    }

    private static String nommer(Element element) {
        String nom = "id-" + UUID.randomUUID();
        element.setAttributeNS(WSU, "wsu:Id", nom);
        return nom;
    }

    private static Element ajouter(Element parent, String nom, String valeur) {
        return ajouter(parent, CEPAGE, "c:" + nom, valeur, parent.getOwnerDocument());
    }

    private static Element ajouter(Element parent, String espace, String nom, String valeur, Document message) {
        Element element = message.createElementNS(espace, nom);
        element.setTextContent(valeur);
        parent.appendChild(element);
        return element;
    }

    private static String texte(Element racine, String nom) {
        return racine.getElementsByTagNameNS(CEPAGE, nom).item(0).getTextContent();
    }

    private static DocumentBuilderFactory fabrique() throws Exception {
        DocumentBuilderFactory fabrique = DocumentBuilderFactory.newInstance();
        fabrique.setNamespaceAware(true);
        fabrique.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        fabrique.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return fabrique;
    }

    private static byte[] octets(Document message) throws Exception {
        ByteArrayOutputStream sortie = new ByteArrayOutputStream();
        Transformer ecriture = TransformerFactory.newInstance().newTransformer();
        ecriture.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
        ecriture.transform(new DOMSource(message), new StreamResult(sortie));
        return sortie.toByteArray();
    }

    private static PrivateKey lireCle(Path fichier) throws Exception {
        String base64 = Files.readString(fichier).replaceAll("-----[A-Z ]+-----|\\s", "");
        PKCS8EncodedKeySpec lue = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64));
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(lue);
        } catch (java.security.spec.InvalidKeySpecException autre) {
            return KeyFactory.getInstance("EC").generatePrivate(lue);
        }
    }

    private static X509Certificate lireCertificat(Path fichier) throws Exception {
        try (var flux = Files.newInputStream(fichier)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(flux);
        }
    }
}
