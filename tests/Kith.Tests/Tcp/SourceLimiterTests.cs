using Kith.Node.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Tests.Tcp;

/// <summary>How many connections one source holds.</summary>
public sealed class SourceLimiterTests
{
    private readonly SourceLimiter _limiter = new();

    [Fact]
    public void a_source_holds_so_many_and_no_more_and_others_are_not_touched()
    {
        InternetAddress greedy = InternetAddress.FromV4(1);
        for (int i = 0; i < SourceLimiter.PerSourceMax; i++)
        {
            Assert.True(_limiter.TryEnter(greedy));
        }

        Assert.False(_limiter.TryEnter(greedy));
        Assert.True(_limiter.TryEnter(InternetAddress.FromV4(2)));
        _limiter.Leave(greedy);
        Assert.True(_limiter.TryEnter(greedy));
        Assert.False(_limiter.TryEnter(greedy));
    }

    [Fact]
    public void nothing_is_kept_of_who_has_gone()
    {
        for (uint i = 1; i < 1000; i++)
        {
            InternetAddress source = InternetAddress.FromV4(i);
            Assert.True(_limiter.TryEnter(source));
            _limiter.Leave(source);
        }

        Assert.Equal(0, _limiter.Count);
    }
}
