"""The case of this run, the SDK with a record of what was called, and how a step is reported."""

import contextlib
import json
import os
import re
from urllib.parse import urlencode

from authlete.api.authlete_api import AuthleteApi
from authlete.api.authlete_api_exception import AuthleteApiException
from authlete.api.authlete_api_impl import AuthleteApiImpl
from authlete.conf.authlete_configuration import AuthleteConfiguration


class Recorded:
    """The SDK. Remembers the name of each method that was called."""

    def __init__(self, api, called):
        self._api, self._called = api, called

    def __getattr__(self, name):
        self._called.add(name)
        return getattr(self._api, name)


class Case:
    """What the steps share."""

    def __init__(self):
        given = json.loads(os.environ["JETON_CASE"])
        self.base, self.version, self.service_id = given["base"], given["version"], given["service"]
        self.issuer = given["issuer"]
        self.called, self.failures = set(), []
        # Steps that may fail, since the server does not serve them yet.
        self.may_differ = set(given.get("may_differ", []))
        # The service's own credential, and that of the organization that owns the services.
        self.api = self._sdk(given["access_token"], given["api_secret"], given)
        self.organization = self._sdk(given["organization"], given["api_secret"], given)
        self.stranger = self._sdk("nobody-knows-this-token-at-all-0", "nor-this-secret-of-nobody-0123456", given)

    def _sdk(self, token, secret, given, service=None):
        configuration = AuthleteConfiguration()
        configuration.baseUrl = self.base
        configuration.serviceApiKey = str(service or self.service_id)
        if self.version == "V3":
            configuration.apiVersion = "V3"
            configuration.serviceAccessToken = token
        else:
            configuration.serviceApiSecret = secret
            configuration.serviceOwnerApiKey = "owner"
            configuration.serviceOwnerApiSecret = given["organization"]
        return Recorded(AuthleteApiImpl(configuration), self.called)

    def __getattr__(self, name):
        # What one step makes for others: the client, a code, tokens.
        raise AssertionError(f"an earlier step has made no {name}")

    def sdk_of(self, service):
        """The SDK for another service, with the organization's credential."""
        given = json.loads(os.environ["JETON_CASE"])
        return self._sdk(given["organization"], given["organization"], given, service)

    @contextlib.contextmanager
    def step(self, name):
        """Reports one operation; whatever goes wrong is said and remembered, and the run goes on."""
        try:
            yield
        except Exception as error:
            self.failures.append(name)
            said = str(error) or type(error).__name__
            if isinstance(error, NameError):
                said = f"an earlier step has failed ({said})"
            elif not isinstance(error, AssertionError):
                said = f"{type(error).__name__}: {said}"
            print(f"not ok {name}: {said}", flush=True)
        else:
            print(f"ok {name}", flush=True)

    def not_called(self):
        """The methods of the SDK's interface that no step has called."""
        every = {name for name in vars(AuthleteApi) if not name.startswith("_")} - {"getSettings"}
        return sorted(every - self.called)


def says(answer, code=None, **members):
    """Fails unless the answer has this result code and these members; says all that differ."""
    differ = []
    if code and answer.resultCode != code:
        differ.append(f"resultCode is {answer.resultCode} ({answer.resultMessage}), not {code}")
    for name, expected in members.items():
        got = getattr(answer, name)
        got = getattr(got, "name", got)
        if callable(expected):
            if not expected(got):
                differ.append(f"{name} is {got!r}")
        elif got != expected:
            differ.append(f"{name} is {got!r}, not {expected!r}")
    assert not differ, f"{type(answer).__name__}: {'; '.join(differ)}"
    return answer


def asked(kind, **members):
    """A request of this class of the SDK."""
    request = kind()
    for name, value in members.items():
        setattr(request, name, value)
    return request


def fails(act, *statuses, code=r"A\d{6}"):
    """Fails unless the call as a whole fails with one of these statuses and a result."""
    try:
        answer = act()
    except AuthleteApiException as error:
        response = error.response
        assert response is not None, f"no answer: {error.cause}"
        assert response.status_code in statuses, f"HTTP {response.status_code}, not {statuses}: {response.text[:300]}"
        said = response.json()
        assert re.fullmatch(code, said.get("resultCode", "")), f"resultCode is {said.get('resultCode')}, not {code}"
        assert said.get("resultMessage"), "no resultMessage"
        return said
    raise AssertionError(f"expected HTTP {statuses}, got {answer!r}"[:400])


def form(**members):
    """The raw body of a client's request."""
    return urlencode(members)
