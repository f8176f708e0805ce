// One story of Go's ACME library (golang.org/x/crypto/acme), told on the standard input as JSON: register, order,
// prove by one challenge, issue, and then what else the story wants. The chain goes to the file `out`.
package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"time"

	"golang.org/x/crypto/acme"
)

type story struct {
	Directory, Challenge, Listen, Out string
	Hook                              string
	Names, Addresses                  []string
	Kid, HmacKey                      string
	ChangeKey, Revoke                 bool
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func newKey() crypto.Signer {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	return key
}

// answer makes the challenge's answer visible until the returned function is called.
func answer(client *acme.Client, s story, authorization *acme.Authorization, challenge *acme.Challenge) func() {
	name := authorization.Identifier.Value
	switch challenge.Type {
	case "http-01":
		response, err := client.HTTP01ChallengeResponse(challenge.Token)
		must(err)
		path := client.HTTP01ChallengePath(challenge.Token)
		listener, err := net.Listen("tcp", s.Listen)
		must(err)
		go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == path {
				w.Write([]byte(response))
			}
		}))
		return func() { listener.Close() }
	case "tls-alpn-01":
		certificate, err := client.TLSALPN01ChallengeCert(challenge.Token, name)
		must(err)
		listener, err := tls.Listen("tcp", s.Listen, &tls.Config{
			Certificates: []tls.Certificate{certificate}, NextProtos: []string{acme.ALPNProto}})
		must(err)
		go func() {
			for {
				connection, err := listener.Accept()
				if err != nil {
					return
				}
				go connection.(*tls.Conn).Handshake()
			}
		}()
		return func() { listener.Close() }
	}
	value, err := client.DNS01ChallengeRecord(challenge.Token)
	must(err)
	must(exec.Command(s.Hook, "add", "_acme-challenge."+name, value).Run())
	return func() {}
}

func prove(ctx context.Context, client *acme.Client, s story, url string) {
	authorization, err := client.GetAuthorization(ctx, url)
	must(err)
	for _, challenge := range authorization.Challenges {
		if challenge.Type != s.Challenge {
			continue
		}
		done := answer(client, s, authorization, challenge)
		_, err := client.Accept(ctx, challenge)
		must(err)
		_, err = client.WaitAuthorization(ctx, url)
		must(err)
		done()
		return
	}
	log.Fatalf("no challenge %s at %s", s.Challenge, url)
}

func register(ctx context.Context, client *acme.Client, s story) {
	account := &acme.Account{Contact: []string{"mailto:admin@certwright.example"}}
	if s.Kid != "" {
		key, err := base64.RawURLEncoding.DecodeString(s.HmacKey)
		must(err)
		account.ExternalAccountBinding = &acme.ExternalAccountBinding{KID: s.Kid, Key: key}
	}
	_, err := client.Register(ctx, account, acme.AcceptTOS)
	must(err)
}

func request(s story) []byte {
	template := &x509.CertificateRequest{DNSNames: s.Names}
	for _, address := range s.Addresses {
		template.IPAddresses = append(template.IPAddresses, net.ParseIP(address))
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, template, newKey())
	must(err)
	return der
}

func main() {
	var s story
	must(json.NewDecoder(os.Stdin).Decode(&s))
	ctx, cancel := context.WithTimeout(context.Background(), 40*time.Second)
	defer cancel()
	client := &acme.Client{Key: newKey(), DirectoryURL: s.Directory}
	register(ctx, client, s)
	order, err := client.AuthorizeOrder(ctx, append(acme.DomainIDs(s.Names...), acme.IPIDs(s.Addresses...)...))
	must(err)
	for _, url := range order.AuthzURLs {
		prove(ctx, client, s, url)
	}
	order, err = client.WaitOrder(ctx, order.URI)
	must(err)
	chain, _, err := client.CreateOrderCert(ctx, order.FinalizeURL, request(s), true)
	must(err)
	out, err := os.Create(s.Out)
	must(err)
	for _, der := range chain {
		must(pem.Encode(out, &pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}
	if s.ChangeKey {
		before := client.Key
		must(client.AccountKeyRollover(ctx, newKey()))
		_, err = client.GetReg(ctx, "")
		must(err)
		_, err = (&acme.Client{Key: before, DirectoryURL: s.Directory}).GetReg(ctx, "")
		if err == nil {
			log.Fatal("the old key still opens the account")
		}
	}
	if s.Revoke {
		must(client.RevokeCert(ctx, nil, chain[0], acme.CRLReasonSuperseded))
	}
}
