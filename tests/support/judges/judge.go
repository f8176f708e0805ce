// Go's own judgement of a chain: judge ROOT CHAIN NAME [LISTS]. The chain has the leaf first.
package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
)

func blocks(file string) (found [][]byte) {
	text, err := os.ReadFile(file)
	if err != nil {
		panic(err)
	}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		found = append(found, block.Bytes)
	}
	return found
}

func certificates(file string) (found []*x509.Certificate) {
	for _, der := range blocks(file) {
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			refuse(err)
		}
		found = append(found, certificate)
	}
	return found
}

func refuse(why any) {
	fmt.Println("refused:", why)
	os.Exit(1)
}

func main() {
	chain := certificates(os.Args[2])
	options := x509.VerifyOptions{DNSName: os.Args[3], Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(),
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	options.Roots.AddCert(certificates(os.Args[1])[0])
	for _, certificate := range chain[1:] {
		options.Intermediates.AddCert(certificate)
	}
	verified, err := chain[0].Verify(options)
	if err != nil {
		refuse(err)
	}
	if len(os.Args) < 5 {
		fmt.Println("accepted")
		return
	}
	// Verify does not look at lists: each certificate is looked up in the list that its issuer signed.
	for i, certificate := range verified[0][:len(verified[0])-1] {
		listed := false
		for _, der := range blocks(os.Args[4]) {
			list, err := x509.ParseRevocationList(der)
			if err != nil {
				refuse(err)
			}
			if list.CheckSignatureFrom(verified[0][i+1]) != nil {
				continue
			}
			listed = true
			for _, entry := range list.RevokedCertificates {
				if entry.SerialNumber.Cmp(certificate.SerialNumber) == 0 {
					refuse("revoked")
				}
			}
		}
		if !listed {
			panic("no list for " + certificate.Subject.String())
		}
	}
	fmt.Println("accepted")
}
