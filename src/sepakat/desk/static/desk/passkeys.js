// Says on the page what allauth's script would only tell the console: that a passkey did not work.
document.addEventListener('allauth.error', () => {
  const problem = document.getElementById('passkey-problem')
  if (problem) {
    problem.hidden = false
    problem.focus()
  }
})
