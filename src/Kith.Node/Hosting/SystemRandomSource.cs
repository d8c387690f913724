using System.Security.Cryptography;
using Kith.Protocol.Wire;

namespace Kith.Node.Hosting;

/// <summary>The operating system's generator. Thread-safe.</summary>
internal sealed class SystemRandomSource : RandomSource
{
    /// <inheritdoc/>
    public override void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
}
