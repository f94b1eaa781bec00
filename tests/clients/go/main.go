// go-oidc over x/oauth2 with their defaults: an issuer, an id, a secret.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

var the struct {
	Issuer       string `json:"issuer"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	RedirectURI  string `json:"redirect_uri"`
	Username     string `json:"username"`
	Password     string `json:"password"`
	Name         string `json:"name"`
}

// step runs one step and reports it; a failure ends the program and names the step.
func step(name string, act func() error) {
	if err := act(); err != nil {
		fmt.Fprintf(os.Stderr, "not ok %s\n%v\n", name, err)
		os.Exit(1)
	}
	fmt.Printf("ok %s\n", name)
}

// versions says what the program was built from.
func versions() {
	found := map[string]string{}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			found[module.Path] = module.Version
		}
	}
	fmt.Printf("version %s, %s\n", found["github.com/coreos/go-oidc/v3"], found["golang.org/x/oauth2"])
}

func main() {
	versions()
	ctx := context.Background()
	if err := json.Unmarshal([]byte(os.Getenv("JETON_CASE")), &the); err != nil {
		fmt.Fprintln(os.Stderr, "JETON_CASE:", err)
		os.Exit(1)
	}
	var provider *oidc.Provider
	step("discovery", func() (err error) {
		provider, err = oidc.NewProvider(ctx, the.Issuer)
		return err
	})
	config := oauth2.Config{
		ClientID:     the.ClientID,
		ClientSecret: the.ClientSecret,
		Endpoint:     provider.Endpoint(),
		RedirectURL:  the.RedirectURI,
		Scopes:       []string{oidc.ScopeOpenID, "profile", oidc.ScopeOfflineAccess},
	}
	var tokens *oauth2.Token
	step("code", func() (err error) {
		verifier := oauth2.GenerateVerifier()
		address := config.AuthCodeURL("state", oidc.Nonce("nonce"), oauth2.S256ChallengeOption(verifier))
		callback, err := signIn(address, the.RedirectURI)
		if err != nil {
			return err
		}
		if tokens, err = config.Exchange(ctx, callback.Get("code"), oauth2.VerifierOption(verifier)); err != nil {
			return err
		}
		raw, _ := tokens.Extra("id_token").(string)
		idToken, err := provider.Verifier(&oidc.Config{ClientID: the.ClientID}).Verify(ctx, raw)
		if err != nil {
			return err
		}
		if idToken.Nonce != "nonce" {
			return fmt.Errorf("the nonce is %q", idToken.Nonce)
		}
		return idToken.VerifyAccessToken(tokens.AccessToken)
	})
	step("userinfo", func() error {
		info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
		if err != nil {
			return err
		}
		var claims struct {
			Name string `json:"name"`
		}
		if err := info.Claims(&claims); err != nil {
			return err
		}
		if claims.Name != the.Name {
			return fmt.Errorf("the name is %q", claims.Name)
		}
		return nil
	})
	step("refresh", func() error {
		fresh, err := config.TokenSource(ctx, &oauth2.Token{RefreshToken: tokens.RefreshToken}).Token()
		if err == nil && fresh.AccessToken == tokens.AccessToken {
			err = fmt.Errorf("the access token is the old one")
		}
		return err
	})
	step("client-credentials", func() error {
		own := clientcredentials.Config{ClientID: the.ClientID, ClientSecret: the.ClientSecret, TokenURL: config.Endpoint.TokenURL}
		_, err := own.Token(ctx)
		return err
	})
}
