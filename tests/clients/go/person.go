package main

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
)

var (
	form      = regexp.MustCompile(`(?s)<form\b([^>]*)>(.*?)</form>`)
	input     = regexp.MustCompile(`<input\b[^>]*>`)
	attribute = regexp.MustCompile(`\s([a-z-]+)="([^"]*)"`)
)

func attributes(tag string) map[string]string {
	found := map[string]string{}
	for _, match := range attribute.FindAllStringSubmatch(tag, -1) {
		found[match[1]] = html.UnescapeString(match[2])
	}
	return found
}

// signIn is somebody with a browser's cookies, who follows redirects and fills in forms until sent to redirectURI.
func signIn(address, redirectURI string) (url.Values, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	browser := &http.Client{Jar: jar, CheckRedirect: stay}
	answer, err := browser.Get(address)
	for steps := 0; err == nil && steps < 12; steps++ {
		here := answer.Request.URL
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if location, none := answer.Location(); none == nil {
			if strings.HasPrefix(location.String(), redirectURI) {
				return location.Query(), nil
			}
			answer, err = browser.Get(location.String())
			continue
		}
		match := form.FindStringSubmatch(string(body))
		if answer.StatusCode != http.StatusOK || match == nil {
			return nil, fmt.Errorf("%s answered %s:\n%s", here, answer.Status, body)
		}
		fields := url.Values{}
		for _, tag := range input.FindAllString(match[2], -1) {
			if its := attributes(tag); its["name"] != "" {
				fields.Set(its["name"], its["value"])
			}
		}
		if fields.Has("password") {
			fields.Set("username", the.Username)
			fields.Set("password", the.Password)
		} else {
			fields.Set("decision", "approve")
		}
		target, wrong := here.Parse(attributes(" " + match[1])["action"])
		if wrong != nil {
			return nil, wrong
		}
		answer, err = browser.PostForm(target.String(), fields)
	}
	return nil, fmt.Errorf("no way back to %s: %v", redirectURI, err)
}
