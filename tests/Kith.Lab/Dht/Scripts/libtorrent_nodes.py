"""DHT nodes of libtorrent, one session for each address given, and a socket through which a scenario tells them what to do.

    libtorrent_nodes.py SOCKET PORT ADDRESS[,ADDRESS6] ...

One JSON object comes in on a connection, one goes out. Everything binary is hexadecimal. Each session is told of all the others to begin with.
"""
import json
import socketserver
import sys
import threading
import time
import warnings

import libtorrent as lt

WAIT_SECONDS = 20
warnings.simplefilter("ignore", DeprecationWarning)


def settings(addresses, port):
    own = ",".join(("[%s]:%d" if ":" in address else "%s:%d") % (address, port) for address in addresses)
    return {
        "listen_interfaces": own,
        "outgoing_interfaces": ",".join(addresses),
        "enable_dht": True,
        "enable_lsd": False,
        "enable_upnp": False,
        "enable_natpmp": False,
        "dht_bootstrap_nodes": "",
        "aio_threads": 1,
        "hashing_threads": 1,
        "alert_mask": int(lt.alert.category_t.dht_notification | lt.alert.category_t.dht_operation_notification | lt.alert.category_t.status_notification | lt.alert.category_t.error_notification),
        "alert_queue_size": 10000,
    }


class Node:
    def __init__(self, addresses, port):
        self.session = lt.session(settings(addresses, port))
        self.lock = threading.Lock()

    def ask(self, begin, kinds, is_done):
        """Starts something, and waits for the alert that ends it."""
        with self.lock:
            self.session.pop_alerts()
            begin()
            end = time.monotonic() + WAIT_SECONDS
            while time.monotonic() < end:
                self.session.wait_for_alert(200)
                for alert in self.session.pop_alerts():
                    if type(alert).__name__ in kinds:
                        answer = is_done(alert)
                        if answer is not None:
                            return answer
            return {"error": "nothing in %d s" % WAIT_SECONDS}

    def do(self, request):
        what = request["do"]
        session = self.session
        if what == "state":
            return self.ask(
                lambda: session.post_session_stats(),
                ["session_stats_alert"],
                lambda alert: {"nodes": alert.values["dht.dht_nodes"], "items": alert.values["dht.dht_immutable_data"] + alert.values["dht.dht_mutable_data"], "peers": alert.values["dht.dht_peers"]})
        if what == "putImmutable":
            target = []
            return self.ask(
                lambda: target.append(session.dht_put_immutable_item(request["value"])),
                ["dht_put_alert"],
                lambda alert: {"target": str(alert.target), "nodes": alert.num_success} if str(alert.target) == str(target[0]) else None)
        if what == "getImmutable":
            target = lt.sha1_hash(bytes.fromhex(request["target"]))
            return self.ask(
                lambda: session.dht_get_immutable_item(target),
                ["dht_immutable_item_alert"],
                lambda alert: {"value": text(alert.item)} if str(alert.target) == request["target"] else None)
        if what == "putMutable":
            public = bytes.fromhex(request["publicKey"])
            return self.ask(
                lambda: session.dht_put_mutable_item(bytes.fromhex(request["privateKey"]), public, request["value"].encode(), request["salt"].encode()),
                ["dht_put_alert"],
                lambda alert: {"nodes": alert.num_success, "sequence": alert.seq} if raw(alert.public_key) == public else None)
        if what == "getMutable":
            public = bytes.fromhex(request["publicKey"])
            return self.ask(
                lambda: session.dht_get_mutable_item(public, request["salt"].encode()),
                ["dht_mutable_item_alert"],
                lambda alert: mutable(alert) if raw(alert.key) == public and alert.authoritative else None)
        if what == "announce":
            # As a client does it: with a torrent, whose peers it looks for at the same time.
            torrent = lt.parse_magnet_uri("magnet:?xt=urn:btih:" + request["infoHash"])
            torrent.save_path = "/tmp"
            session.add_torrent(torrent)
            return {}
        if what == "peers":
            info_hash = lt.sha1_hash(bytes.fromhex(request["infoHash"]))
            found = []

            def take(alert):
                found.extend("%s:%d" % peer for peer in alert.peers())
                return {"peers": sorted(set(found))} if request["wanted"] in found else None

            answer = self.ask(lambda: session.dht_get_peers(info_hash), ["dht_get_peers_reply_alert"], take)
            return answer if "peers" in answer else {"peers": sorted(set(found))}
        return {"error": "unknown: %s" % what}


def raw(value):
    return value if isinstance(value, bytes) else bytes(value)


def text(entry):
    entry = entry.get("value", entry) if isinstance(entry, dict) else entry
    return entry.decode() if isinstance(entry, bytes) else entry


def mutable(alert):
    item = alert.item
    value = item.get("value") if isinstance(item, dict) else item
    return {"value": text(value) if value is not None else None, "sequence": alert.seq}


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        request = json.loads(self.rfile.readline())
        try:
            answer = nodes[request["node"]].do(request)
        except Exception as error:
            answer = {"error": repr(error)}
        self.wfile.write((json.dumps(answer) + "\n").encode())


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 64


path, port, places = sys.argv[1], int(sys.argv[2]), [argument.split(",") for argument in sys.argv[3:]]
nodes = [Node(addresses, port) for addresses in places]
for node, own in zip(nodes, places):
    for addresses in places:
        if addresses != own:
            for address in addresses:
                node.session.add_dht_node((address, port))
server = Server(path, Handler)
print("libtorrent %s: %d nodes" % (lt.__version__, len(nodes)), flush=True)
server.serve_forever()
