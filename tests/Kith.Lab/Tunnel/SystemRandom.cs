using System.Security.Cryptography;
using Kith.Protocol.Wire;

namespace Kith.Lab.Tunnel;

/// <summary>The operating system's randomness.</summary>
internal sealed class SystemRandom : RandomSource
{
    public override void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
}
