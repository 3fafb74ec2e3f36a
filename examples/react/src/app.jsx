import { logout, updateCurrentUserDetails } from "cometchat-users";
import { useState } from "react";
import { useUser } from "./use-user.js";

export function App() {
  const [uid, setUid] = useState("");
  if (uid) return <Account uid={uid} onLeave={() => setUid("")} />;
  return (
    <form action={(form) => setUid(form.get("uid"))}>
      <label>
        User <input name="uid" required />
      </label>
      <button type="submit">Sign in</button>
    </form>
  );
}

function Account({ uid, onLeave }) {
  const { user, error, setUser } = useUser(uid);
  if (user)
    return <Profile user={user} onSave={setUser} onSignOut={() => logout().then(onLeave)} />;
  if (!error) return <p>Signing in …</p>;
  return (
    <p>
      <span role="alert">{error.message}</span>
      <button type="button" onClick={onLeave}>
        Try again
      </button>
    </p>
  );
}

const FIELDS = { name: "Name", avatar: "Picture", statusMessage: "Status" };

function Profile({ user, onSave, onSignOut }) {
  const [errors, setErrors] = useState({});

  async function save(event) {
    event.preventDefault();
    try {
      onSave(await updateCurrentUserDetails(Object.fromEntries(new FormData(event.target))));
      setErrors({});
    } catch (error) {
      setErrors(error.fieldErrors ?? { form: [error.message] });
    }
  }

  return (
    <form onSubmit={save}>
      <h1>{user.name}</h1>
      {Object.entries(FIELDS).map(([field, label]) => (
        <label key={field}>
          {label} <input name={field} defaultValue={user[field]} aria-invalid={field in errors} />
          <small data-error={field}>{errors[field]?.join(" ")}</small>
        </label>
      ))}
      <p role="alert">{errors.form}</p>
      <button type="submit">Save</button>
      <button type="button" onClick={onSignOut}>
        Sign out
      </button>
    </form>
  );
}
