// Sign who a visitor is, in Go. Needs nothing but Go.
package main

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"time"
)

type claims struct {
	Subject  string `json:"sub"`
	Audience string `json:"aud"`
	Issued   int64  `json:"iat"`
	Expires  int64  `json:"exp"`
	Email    string `json:"email,omitempty"`
	Name     string `json:"name,omitempty"`
}

// OpenbookToken is a token for the user who is signed in to your application; 24 hours at most.
func OpenbookToken(userID, email, name string, valid time.Duration) (string, error) {
	key, now := os.Getenv("OPENBOOK_KEY"), time.Now()
	block, _ := pem.Decode([]byte(key))
	header := map[string]string{"typ": "JWT", "alg": "HS256", "kid": os.Getenv("OPENBOOK_KID")}
	if block != nil {
		header["alg"] = "EdDSA"
	}
	said := claims{userID, os.Getenv("OPENBOOK_WORKSPACE"), now.Unix(), now.Add(valid).Unix(), email, name}
	first, err := json.Marshal(header)
	if err != nil {
		return "", err
	}
	second, err := json.Marshal(said)
	if err != nil {
		return "", err
	}
	signed := part(first) + "." + part(second)
	if block == nil {
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write([]byte(signed))
		return signed + "." + part(mac.Sum(nil)), nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return "", err
	}
	private, isEd25519 := parsed.(ed25519.PrivateKey)
	if !isEd25519 {
		return "", errors.New("the key is no Ed25519 key")
	}
	return signed + "." + part(ed25519.Sign(private, []byte(signed))), nil
}

func part(data []byte) string {
	return base64.RawURLEncoding.EncodeToString(data)
}

func main() {
	given := append(os.Args[1:], "", "")
	token, err := OpenbookToken(given[0], given[1], given[2], time.Hour)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(token)
}
