//! Refusals of the device grant (RFC 8628).

jeton_model::refusals! {
    /// The user denied the request (RFC 6749 section 4.1.2.1 `access_denied`).
    CONSENT_DENIED {
        id: "consent_denied", class: Forbidden,
        text: "the resource owner denied the request",
        advice: "The person refused consent.",
    }

    /// The user has not decided yet (RFC 8628 section 3.5).
    AUTHORIZATION_PENDING {
        id: "authorization_pending", class: Pending,
        text: "the person has not answered yet",
        advice: "Ask again after interval seconds, until expires_in is over.",
    }

    /// The device polls too fast (RFC 8628 section 3.5).
    SLOW_DOWN {
        id: "slow_down", class: Pending, code: "slow_down",
        text: "the device asks too often: wait 5 seconds longer between requests",
        advice: "Wait 5 seconds longer between two requests from now on.",
    }

    /// The device code is unknown or was redeemed.
    DEVICE_CODE_INVALID {
        id: "device_code_invalid", class: Gone,
        text: "the device code is not correct",
        advice: "Start again at /device_authorization: a device code works once.",
    }

    /// The device code was issued to another client.
    DEVICE_CODE_FOREIGN {
        id: "device_code_foreign", class: Forbidden, code: "invalid_grant",
        text: "the device code was issued to another client",
        advice: "Redeem the device code with the client it was issued to.",
    }

    /// The user did not decide in time (RFC 8628 section 3.5 `expired_token`).
    DEVICE_CODE_EXPIRED {
        id: "device_code_expired", class: Gone, code: "expired_token",
        text: "the device code has expired",
        advice: "Start again at /device_authorization: the person did not answer in time.",
    }

    /// A user entered a user code that was not issued or was already answered.
    USER_CODE_INVALID {
        id: "user_code_invalid", class: Gone, code: "invalid_request",
        text: "the code is not right, or has been used or expired",
        advice: "Type the code that the device shows now.",
    }

    /// A user code was entered after the time for it was over.
    USER_CODE_EXPIRED {
        id: "user_code_expired", class: Gone, code: "invalid_request",
        text: "the code has expired",
        advice: "Start again on the device: it shows a new code.",
    }

    /// Too many wrong user codes came from this person or this address. The value: seconds until the next one is checked.
    USER_CODE_BUDGET {
        id: "user_code_budget", class: Throttled, code: "invalid_request",
        text: "too many codes were tried",
        advice: "Wait as long as the page says, then type the code that the device shows.",
    }
}
