using Kith.Protocol.Wire;

namespace Kith.Tests.Wire;

public sealed class Bytes32Tests
{
    [Fact]
    public void bytes_go_in_and_come_out()
    {
        byte[] bytes = Enumerable.Range(200, 32).Select(i => (byte)i).ToArray();
        Bytes32 value = new(bytes);
        byte[] output = new byte[32];
        value.WriteTo(output);
        Assert.Equal(bytes, output);
        Assert.Equal(bytes, value.ToArray());
        Assert.Equal(Convert.ToHexStringLower(bytes), value.ToString());
        Assert.Equal(value, new Bytes32(bytes));
        Assert.Equal(value.GetHashCode(), new Bytes32(bytes).GetHashCode());
        Assert.False(value.IsZero);
        Assert.True(default(Bytes32).IsZero);
    }

    [Theory]
    [InlineData(31)]
    [InlineData(33)]
    public void other_lengths_are_a_defect(int length) => Assert.Throws<ArgumentException>(() => new Bytes32(new byte[length]));

    [Fact]
    public void order_is_that_of_the_bytes()
    {
        Random random = new(4);
        for (int i = 0; i < 2000; i++)
        {
            byte[] a = new byte[32];
            random.NextBytes(a);
            byte[] b = [.. a];
            b[random.Next(32)] = (byte)random.Next(256);
            Assert.Equal(Math.Sign(a.AsSpan().SequenceCompareTo(b)), Math.Sign(new Bytes32(a).CompareTo(new Bytes32(b))));
        }
    }
}
