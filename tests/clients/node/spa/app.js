// An application in the browser, as its author writes it around oidc-client-ts.
const state = document.querySelector('#state')

async function start() {
  const settings = await (await fetch('/settings.json')).json()
  const app = new oidc.UserManager({
    ...settings,
    userStore: new oidc.WebStorageStateStore({ store: window.sessionStorage }),
  })
  window.app = app
  document.querySelector('#sign-in').onclick = () => app.signinRedirect({ prompt: 'consent', state: { tab: 'tides' } })
  document.querySelector('#sign-in-popup').onclick = async () => {
    const user = await app.signinPopup()
    state.textContent = `signed in as ${user.profile.name}`
  }
  document.querySelector('#sign-out').onclick = () => app.signoutRedirect({ state: 'bye' })

  switch (location.pathname) {
    // The library tells the redirect, the hidden frame and the window apart by the state it kept.
    case '/callback': {
      const user = await app.signinCallback()
      if (user) state.textContent = `signed in as ${user.profile.name}, for ${user.state?.tab}`
      return
    }
    case '/signed-out': {
      const answer = await app.signoutRedirectCallback()
      state.textContent = `signed out: ${answer.userState}`
      return
    }
    default: {
      const user = await app.getUser()
      state.textContent = user ? `still signed in as ${user.profile.name}` : 'signed out'
    }
  }
}

start().catch((error) => {
  state.textContent = `failed: ${error.name}: ${error.message}`
})
