namespace Kith.Node.Streams.Socket;

/// <summary>What a frame between a program and the node's daemon is.</summary>
internal enum StreamFrameType : byte
{
    /// <summary>Bytes of the stream.</summary>
    Data = 0,

    /// <summary>This direction is complete; the other goes on.</summary>
    End = 1,

    /// <summary>The program has disposed its stream: what it wrote is to arrive, nothing is read any more. The daemon closes the socket when it has taken note.</summary>
    Done = 2,

    /// <summary>The connection with the other device broke; the body says why, in UTF-8.</summary>
    Broken = 3,
}
