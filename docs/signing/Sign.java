// Sign who a visitor is, in Java (15 or newer). Needs nothing but Java.
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public final class Sign {
  /** A token for the user who is signed in to your application; valid for an hour, 24 at most. */
  public static String openbookToken(String userId, String email, String name, long seconds)
      throws GeneralSecurityException {
    String key = System.getenv("OPENBOOK_KEY");
    boolean isPair = key.contains("PRIVATE KEY");
    long now = System.currentTimeMillis() / 1000;
    String header = "{\"typ\":\"JWT\",\"alg\":" + text(isPair ? "EdDSA" : "HS256")
        + ",\"kid\":" + text(System.getenv("OPENBOOK_KID")) + "}";
    String claims = "{\"sub\":" + text(userId) + ",\"aud\":" + text(System.getenv("OPENBOOK_WORKSPACE"))
        + ",\"iat\":" + now + ",\"exp\":" + (now + seconds)
        + ",\"email\":" + text(email) + ",\"name\":" + text(name) + "}";
    String signed = part(header.getBytes(StandardCharsets.UTF_8))
        + "." + part(claims.getBytes(StandardCharsets.UTF_8));
    byte[] bytes = signed.getBytes(StandardCharsets.US_ASCII);
    return signed + "." + part(isPair ? byPair(key, bytes) : bySecret(key, bytes));
  }

  private static byte[] bySecret(String key, byte[] signed) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    return mac.doFinal(signed);
  }

  private static byte[] byPair(String pem, byte[] signed) throws GeneralSecurityException {
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----.*?-----", ""));
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der)));
    signature.update(signed);
    return signature.sign();
  }

  /** A JSON string, or null; a JSON library of yours does the same. */
  private static String text(String value) {
    if (value == null) return "null";
    StringBuilder json = new StringBuilder("\"");
    for (char letter : value.toCharArray()) {
      if (letter == '"' || letter == '\\') json.append('\\').append(letter);
      else if (letter < ' ') json.append(String.format("\\u%04x", (int) letter));
      else json.append(letter);
    }
    return json.append('"').toString();
  }

  private static String part(byte[] data) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(data);
  }

  public static void main(String[] given) throws GeneralSecurityException {
    System.out.println(openbookToken(
        given[0], given.length > 1 ? given[1] : null, given.length > 2 ? given[2] : null, 3600));
  }
}
