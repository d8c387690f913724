# Calls the Grpc sample with the reference implementation of gRPC.
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


with grpc.insecure_channel("127.0.0.1:" + sys.argv[1]) as channel:
    one = channel.unary_unary("/greet.Greeter/SayHello", encode, decode)
    many = channel.unary_stream("/greet.Greeter/SayHellos", encode, decode)
    print(one("python", timeout=30))
    for answer in many("snake", timeout=30):
        print(answer)
