using Kith.Protocol.Tunnel;

namespace Kith.Tests.Tunnel;

/// <summary>The constants every WireGuard implementation begins its handshakes with, as they stand in several of them.</summary>
public sealed class NoiseStateTests
{
    [Fact]
    public void initial_chaining_key_is_the_published_one() => Assert.Equal(
        "60e26daef327efc02ec335e2a025d2d016eb4206f87277f52d38d1988b78cd36",
        Convert.ToHexStringLower(NoiseState.InitialChainingKey));

    [Fact]
    public void initial_hash_is_the_published_one() => Assert.Equal(
        "2211b361081ac566691243db458ad5322d9c6c662293e8b70ee19c65ba079ef3",
        Convert.ToHexStringLower(NoiseState.InitialHash));

    [Fact]
    public void wiped_state_holds_nothing()
    {
        NoiseState state = new();
        Assert.True(state.IsWiped);
        state.Begin(new byte[32]);
        state.MixSecretIntoKey(new byte[32]);
        Assert.False(state.IsWiped);
        state.Wipe();
        Assert.True(state.IsWiped);
    }
}
