# Calls the Grpc sample with the reference implementation of gRPC: at HOST:PORT, or at a port of this machine.
import sys

try:
    import grpc
except ImportError:
    sys.exit(77)


def encode(text):
    value = text.encode()
    return bytes([0x0A, len(value)]) + value


def decode(message):
    assert message[0] == 0x0A and message[1] == len(message) - 2
    return message[2:].decode()


where = sys.argv[1] if ":" in sys.argv[1] else "127.0.0.1:" + sys.argv[1]
with grpc.insecure_channel(where) as channel:
    one = channel.unary_unary("/greet.Greeter/SayHello", encode, decode)
    many = channel.unary_stream("/greet.Greeter/SayHellos", encode, decode)
    print(one("python", timeout=30))
    for answer in many("snake", timeout=30):
        print(answer)
