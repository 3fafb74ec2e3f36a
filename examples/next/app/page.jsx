"use client";

import { connectEmulator, init, login } from "cometchat-users";
import { useEffect, useState } from "react";

async function signIn() {
  const emulator = process.env.NEXT_PUBLIC_COMETCHAT_EMULATOR;
  if (emulator) connectEmulator(emulator);
  await init(process.env.NEXT_PUBLIC_COMETCHAT_APP_ID, { region: "us" });
  return login({ tokenFrom: "/api/cometchat-token" });
}

// Once for the page: in development, React runs each effect twice.
let user;

export default function Page() {
  const [text, setText] = useState("");
  useEffect(() => {
    user ??= signIn();
    user.then(
      ({ name }) => setText(`Hello ${name}`),
      ({ message, details }) => setText(`${message} ${details}`),
    );
  }, []);
  return <output>{text}</output>;
}
