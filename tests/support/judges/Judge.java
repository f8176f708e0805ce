import java.io.FileInputStream;
import java.net.URI;
import java.security.KeyStore;
import java.security.cert.*;
import java.util.*;

/** Java's own judgement of a chain: Judge ROOT CHAIN (none|crl LISTS|ocsp URL). The chain has the leaf first. */
public class Judge {
  static <T> List<T> read(String file, boolean lists) throws Exception {
    var factory = CertificateFactory.getInstance("X.509");
    try (var in = new FileInputStream(file)) {
      @SuppressWarnings("unchecked")
      var read = (Collection<T>) (lists ? factory.generateCRLs(in) : factory.generateCertificates(in));
      return new ArrayList<>(read);
    }
  }

  public static void main(String[] arguments) throws Exception {
    List<X509Certificate> chain = read(arguments[1], false);
    X509Certificate root = Judge.<X509Certificate>read(arguments[0], false).get(0);
    var parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
    parameters.setRevocationEnabled(false);
    var validator = CertPathValidator.getInstance("PKIX");
    if (arguments[2].equals("crl")) {
      var lists = new CollectionCertStoreParameters(Judge.<CRL>read(arguments[3], true));
      parameters.addCertStore(CertStore.getInstance("Collection", lists));
      var checker = (PKIXRevocationChecker) validator.getRevocationChecker();
      checker.setOptions(EnumSet.of(PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK));
      parameters.addCertPathChecker(checker);
    } else if (arguments[2].equals("ocsp")) {
      var checker = (PKIXRevocationChecker) validator.getRevocationChecker();
      checker.setOcspResponder(URI.create(arguments[3]));
      checker.setOptions(EnumSet.of(PKIXRevocationChecker.Option.NO_FALLBACK));
      parameters.addCertPathChecker(checker);
    }
    var path = CertificateFactory.getInstance("X.509").generateCertPath(chain);
    try {
      validator.validate(path, parameters);
      System.out.println("accepted");
    } catch (CertPathValidatorException refused) {
      System.out.println("refused: " + refused.getReason() + " " + refused.getMessage());
      System.exit(1);
    }
  }
}
