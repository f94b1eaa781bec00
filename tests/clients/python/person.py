"""Somebody with a browser's cookies, who follows redirects and fills in forms."""

from html.parser import HTMLParser
from urllib.parse import urljoin

import requests


class FormReader(HTMLParser):
    """The first form of a page: where it posts to, its fields, its named buttons."""

    def __init__(self, page):
        super().__init__()
        self.action, self.fields, self.buttons = None, {}, []
        self._open = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "form" and self.action is None:
            self._open, self.action = True, attributes.get("action", "")
        elif self._open and attributes.get("name"):
            if tag == "input":
                self.fields[attributes["name"]] = attributes.get("value") or ""
            elif tag == "button":
                self.buttons.append((attributes["name"], attributes.get("value")))

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = False


class Person:
    """One person, one cookie jar."""

    def __init__(self, username, password):
        self.username, self.password = username, password
        self.browser = requests.Session()
        self.browser.trust_env = False

    def authorize(self, address, redirect_uri, decision="approve"):
        """Goes through sign-in and consent: the callback's address, and what was asked on the way."""
        answered = []
        answer = self.browser.get(address, allow_redirects=False)
        for _ in range(12):
            if answer.is_redirect:
                here = urljoin(answer.url, answer.headers["Location"])
                if here.startswith(redirect_uri):
                    return here, answered
                answer = self.browser.get(here, allow_redirects=False)
                continue
            assert answer.status_code == 200, f"{answer.url} answered {answer.status_code}:\n{answer.text}"
            form = FormReader(answer.text)
            assert form.action is not None, f"no form on {answer.url}:\n{answer.text}"
            if "password" in form.fields:
                answered.append("login")
                form.fields.update(username=self.username, password=self.password)
            else:
                answered.append("consent")
                assert ("decision", decision) in form.buttons, f"a {decision} button on {answer.url}"
                form.fields["decision"] = decision
            target = urljoin(answer.url, form.action)
            answer = self.browser.post(target, data=form.fields, allow_redirects=False)
        raise AssertionError(f"no way back to {redirect_uri}; answered {answered}, now at {answer.url}")
