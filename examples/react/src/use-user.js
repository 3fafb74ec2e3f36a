import { login } from "cometchat-users";
import { useEffect, useState } from "react";

// One login after another: StrictMode runs each effect twice, and the second login then finds the session of the
// first and sends nothing.
let last = Promise.resolve();
function signIn(uid) {
  // In production, `login({ tokenFrom: "/api/cometchat-token" })`: no key belongs in a page.
  const start = () => login(uid, import.meta.env.VITE_COMETCHAT_AUTH_KEY);
  last = last.then(start, start);
  return last;
}

/** The CometChat user of an account of your app, once it is logged in; or the error. */
export function useUser(uid) {
  const [state, setState] = useState({});
  useEffect(() => {
    let isCurrent = true;
    const show = (next) => isCurrent && setState(next);
    signIn(uid).then(
      (user) => show({ user }),
      (error) => show({ error }),
    );
    return () => {
      isCurrent = false;
    };
  }, [uid]);
  return { ...state, setUser: (user) => setState({ user }) };
}
