namespace Kith.Node;

/// <summary>What <see cref="KithUdpSocket.ReceiveFromAsync"/> received.</summary>
/// <param name="Bytes">Bytes written to the buffer. A datagram that is longer than the buffer is cut.</param>
/// <param name="Peer">Who sent it, proven by its key; its address and port are where to answer.</param>
public readonly record struct KithDatagram(int Bytes, KithPeer Peer);
