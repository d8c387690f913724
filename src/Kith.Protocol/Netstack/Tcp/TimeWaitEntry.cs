namespace Kith.Protocol.Netstack.Tcp;

/// <summary>What is left of a connection in TIME-WAIT: enough to answer late segments and to tell a new connection from an old one.</summary>
internal readonly record struct TimeWaitEntry(ConnectionKey Key, uint SendNext, uint ReceiveNext, bool HasTimestamps, uint TimestampOffset, uint TimestampRecent);
