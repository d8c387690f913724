namespace Kith.Tests.Cli;

/// <summary>A wall clock that stands still.</summary>
internal sealed class FixedClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => FakeNode.Now;
}
