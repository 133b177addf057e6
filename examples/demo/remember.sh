# remember.sh HOST: stores a value in the Redis at HOST and asks for it back. Redis understands plain lines, so bash is
# client enough.
set -euo pipefail

exec 3<>"/dev/tcp/$1/6379"
printf 'PING\r\nSET greeting "hello from the job"\r\nGET greeting\r\nQUIT\r\n' >&3
answers=$(tr -d '\r' <&3)
echo "$answers"
grep -qx 'hello from the job' <<<"$answers"
