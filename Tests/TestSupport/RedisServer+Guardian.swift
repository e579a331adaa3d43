extension RedisServer {
    /// The shell script between us and the server, which cleans up even if we are killed.
    ///
    /// Its standard input is a pipe that we hold open. `start` and `stop` on it are answered with the process id of the
    /// server and with `stopped`. At its end, whether we closed it or the kernel did when our process died of whatever
    /// cause, the server is killed and its directory removed. `PR_SET_PDEATHSIG` would not do: it fires when the *thread*
    /// that started the child ends, and threads of a pool end while the tests run.
    ///
    /// Arguments: directory, names for a certificate or nothing, and the command line of the server.
    static let guardian = #"""
        directory=$1; names=$2; shift 2
        umask 077
        mkdir -p "$directory"
        if [ -n "$names" ] && ! [ -e "$directory/ca.crt" ]; then (
            cd "$directory"
            make() {
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "$@" 2>>openssl.log
            }
            sign() {
                openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 \
                    -extfile "$1.names" -out "$1.crt" 2>>openssl.log
            }
            make -x509 -keyout ca.key -out ca.crt -subj "/CN=test authority"
            make -x509 -keyout other.key -out other.crt -subj "/CN=another authority"
            make -keyout server.key -out server.csr -subj "/CN=server"
            make -keyout client.key -out client.csr -subj "/CN=client"
            echo "subjectAltName=$names" >server.names
            echo "subjectAltName=DNS:client" >client.names
            sign server
            sign client
        ) fi
        stop() {
            [ -z "$server" ] || { kill -KILL $server; wait $server; } 2>/dev/null
            server=
        }
        # The shell must outlive a ^C and what the time limit of a test sends, until it has cleaned up.
        trap 'stop; rm -rf "$directory"; exit' INT TERM HUP
        while read -r word; do
            case $word in
            start)
                "$@" </dev/null >>"$directory/server.log" 2>&1 &
                server=$!
                echo $server
                ;;
            stop)
                stop
                echo stopped
                ;;
            esac
        done
        stop
        rm -rf "$directory"
        """#
}
