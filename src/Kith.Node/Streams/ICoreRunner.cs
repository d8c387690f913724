using Kith.Protocol.Core;
using Kith.Protocol.Wire;

namespace Kith.Node.Streams;

/// <summary>The loop that owns a <see cref="NodeCore"/>, as streams need it. Thread-safe.</summary>
internal interface ICoreRunner
{
    /// <summary>Runs a function on the loop and returns its result.</summary>
    /// <exception cref="ObjectDisposedException">The loop has ended, or is ending.</exception>
    Task<T> RunAsync<T>(Func<NodeCore, ClockReading, T> function);

    /// <summary>Makes the loop turn once more, so that <see cref="NodeStreams.Pump"/> is called.</summary>
    void Wake();
}
