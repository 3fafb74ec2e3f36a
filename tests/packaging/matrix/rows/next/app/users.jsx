"use client";

import { useEffect, useState } from "react";
import { calls } from "../calls.js";

export function Users() {
  const [result, setResult] = useState("");
  useEffect(() => {
    const settings = Object.fromEntries(new URLSearchParams(location.search));
    calls(settings).then(JSON.stringify, String).then(setResult);
  }, []);
  return <output>{result}</output>;
}
