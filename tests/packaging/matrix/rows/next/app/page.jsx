import { Users } from "./users.jsx";

export default function Page() {
  return <Users />;
}
