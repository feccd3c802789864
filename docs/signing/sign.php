<?php
// Sign who a visitor is, in PHP. HS256 needs nothing but PHP; EdDSA needs its extension sodium.

/** A token for the user who is signed in to your application; valid for an hour, 24 at most. */
function openbook_token(string $user_id, ?string $email = null, ?string $name = null, int $seconds = 3600): string
{
    $key = getenv('OPENBOOK_KEY');
    $is_pair = str_contains($key, 'PRIVATE KEY');
    $now = time();
    $header = ['typ' => 'JWT', 'alg' => $is_pair ? 'EdDSA' : 'HS256', 'kid' => getenv('OPENBOOK_KID')];
    $claims = ['sub' => $user_id, 'aud' => getenv('OPENBOOK_WORKSPACE'), 'iat' => $now,
        'exp' => $now + $seconds, 'email' => $email, 'name' => $name];
    $signed = openbook_part(json_encode($header)) . '.' . openbook_part(json_encode($claims));
    $signature = $is_pair
        ? sodium_crypto_sign_detached($signed, openbook_secret($key))
        : hash_hmac('sha256', $signed, $key, true);
    return $signed . '.' . openbook_part($signature);
}

/** The last 32 bytes of an Ed25519 key in PKCS#8 are the key itself. */
function openbook_secret(string $pem): string
{
    $der = base64_decode(preg_replace('/-----.*?-----|\s/', '', $pem));
    return sodium_crypto_sign_secretkey(sodium_crypto_sign_seed_keypair(substr($der, -32)));
}

function openbook_part(string $data): string
{
    return rtrim(strtr(base64_encode($data), '+/', '-_'), '=');
}

if (realpath($argv[0] ?? '') === __FILE__) {
    echo openbook_token(...array_slice($argv, 1, 3)), "\n";
}
