import { login } from "cometchat-users";
import { useEffect, useState } from "react";

/** The CometChat user of an account of your app, once it is logged in; or the error. */
export function useUser(uid) {
  const [state, setState] = useState({});
  useEffect(() => {
    let isCurrent = true;
    const show = (next) => isCurrent && setState(next);
    // StrictMode runs this twice: equal logins share one session. In production,
    // `login({ tokenFrom: "/api/cometchat-token" })`: no key belongs in a page.
    login(uid, import.meta.env.VITE_COMETCHAT_AUTH_KEY).then(
      (user) => show({ user }),
      (error) => show({ error }),
    );
    return () => {
      isCurrent = false;
    };
  }, [uid]);
  return { ...state, setUser: (user) => setState({ user }) };
}
